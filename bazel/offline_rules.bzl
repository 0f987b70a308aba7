"""Stand-ins for what Bazel 4.2 would otherwise download.

Bazel's built-in WORKSPACE suffix asks for rules_cc, rules_java, rules_proto,
platforms and remote_coverage_tools. Debian packages three of them; the other
two are small enough to write down here.
"""

_RULES = "/usr/share/bazel/rules"

def _rules_cc_impl(ctx):
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD", "")
    ctx.file("cc/BUILD", "exports_files([\"defs.bzl\"])")
    rules = ["cc_library", "cc_binary", "cc_test", "cc_import", "cc_proto_library", "cc_toolchain", "cc_toolchain_suite", "objc_library"]
    ctx.file("cc/defs.bzl", "\n".join(["%s = native.%s" % (rule, rule) for rule in rules]))

_rules_cc = repository_rule(implementation = _rules_cc_impl, doc = "The native C++ rules under rules_cc's name; Debian's rules_cc is too new for Bazel 4.2.")

def _remote_coverage_tools_impl(ctx):
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD", "filegroup(name = \"coverage_report_generator\", visibility = [\"//visibility:public\"])")

_remote_coverage_tools = repository_rule(implementation = _remote_coverage_tools_impl, doc = "An empty coverage report generator.")

def offline_rules():
    native.local_repository(name = "platforms", path = "/usr/share/bazel/platforms")
    native.local_repository(name = "rules_java", path = _RULES + "/java")
    native.local_repository(name = "rules_proto", path = _RULES + "/proto")
    _rules_cc(name = "rules_cc")
    _remote_coverage_tools(name = "remote_coverage_tools")
