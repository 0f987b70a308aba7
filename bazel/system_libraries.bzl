"""Repositories over libraries that the system has installed.

Headers live on the compiler's own search path, so a target here is the link
line of a library and nothing else. What is missing is named by its Debian
package, so that the error is also the remedy.
"""

def _fail_missing(what, package):
    fail("\n\n  %s was not found.\n  It is in Debian's package '%s'; bazel/setup.sh installs all that is needed.\n" % (what, package))

def _pkg_config_libs(ctx, module, package):
    tool = ctx.which("pkg-config")
    if tool == None:
        _fail_missing("pkg-config", "pkg-config")
    result = ctx.execute([tool, "--libs", module])
    if result.return_code != 0:
        _fail_missing("The library '%s'" % module, package)

    # Without a comma-free split, "-Wl,--push-state,..." would fall apart.
    return [word for word in result.stdout.strip().split(" ") if word]

def _check_header(ctx, header, package):
    if not ctx.path("/usr/include/" + header).exists:
        _fail_missing("The header <%s>" % header, package)

def _target(name, linkopts):
    return """
cc_library(
    name = "{name}",
    linkopts = {linkopts},
)
""".format(name = name, linkopts = linkopts)

def _system_library_impl(ctx):
    for header in ctx.attr.headers:
        _check_header(ctx, header, ctx.attr.package)
    build = ["package(default_visibility = [\"//visibility:public\"])\n"]
    for name, module in ctx.attr.modules.items():
        build.append(_target(name, _pkg_config_libs(ctx, module, ctx.attr.package)))
    for name, libraries in ctx.attr.libraries.items():
        build.append(_target(name, ["-l" + library for library in libraries]))
    ctx.file("BUILD", "".join(build))

system_library = repository_rule(
    implementation = _system_library_impl,
    doc = "One library of the system, as cc_library targets.",
    attrs = {
        "package": attr.string(mandatory = True, doc = "Debian package that provides it."),
        "headers": attr.string_list(doc = "Headers under /usr/include that must be there."),
        "modules": attr.string_dict(doc = "Target name to pkg-config module."),
        "libraries": attr.string_list_dict(doc = "Target name to plain -l libraries, for packages without a pkg-config file."),
    },
    local = True,
    configure = True,
    environ = ["PKG_CONFIG_PATH"],
)

def system_libraries():
    """Every library that Incoherent is built from."""
    system_library(
        name = "absl",
        package = "libabsl-dev",
        headers = ["absl/status/status.h"],
        modules = {
            name: "absl_" + name
            for name in [
                "base",
                "cleanup",
                "core_headers",
                "flat_hash_map",
                "flat_hash_set",
                "inlined_vector",
                "raw_logging_internal",
                "span",
                "status",
                "statusor",
                "str_format",
                "strings",
                "synchronization",
            ]
        },
    )
    system_library(
        name = "gtest",
        package = "libgtest-dev and libgmock-dev",
        headers = ["gtest/gtest.h", "gmock/gmock.h"],
        modules = {"gtest": "gmock", "main": "gmock_main"},
    )
    system_library(
        name = "rapidcheck",
        package = "librapidcheck-dev",
        headers = ["rapidcheck.h", "rapidcheck/gtest.h"],
        libraries = {"rapidcheck": ["rapidcheck"]},
    )
    system_library(
        name = "benchmark",
        package = "libbenchmark-dev",
        headers = ["benchmark/benchmark.h"],
        modules = {"benchmark": "benchmark"},
    )
    system_library(
        name = "nlohmann_json",
        package = "nlohmann-json3-dev",
        headers = ["nlohmann/json.hpp"],
        libraries = {"nlohmann_json": []},
    )
    system_library(
        name = "vulkan",
        package = "libvulkan-dev",
        headers = ["vulkan/vulkan.h", "vulkan/vk_icd.h"],
        modules = {"loader": "vulkan"},
        libraries = {"headers": []},
    )
    system_library(
        name = "zydis",
        package = "libzydis-dev",
        headers = ["Zydis/Zydis.h"],
        libraries = {"zydis": ["Zydis"]},
    )
    system_library(
        name = "elfutils",
        package = "libdw-dev",
        headers = ["elfutils/libdwfl.h"],
        libraries = {"dw": ["dw"]},
    )
    system_library(
        name = "spirv_headers",
        package = "spirv-headers",
        headers = ["spirv/unified1/spirv.hpp"],
        libraries = {"spirv_headers": []},
    )
