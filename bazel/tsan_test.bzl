"""tsan_test: a test that ThreadSanitizer watches, in any `bazel test`.

    cc_test(name = "vmo_concurrency_test", ...)
    tsan_test(name = "vmo_concurrency_tsan_test", test = ":vmo_concurrency_test")

builds the test once more, with all that it is made from, with
-fsanitize=thread, and runs it. What the system has installed is not
instrumented: a test that is to pass uses std::mutex, which ThreadSanitizer
knows, and not absl::Mutex, which it does not.
"""

def _with_tsan_impl(settings, _attr):
    return {
        "//command_line_option:copt": settings["//command_line_option:copt"] +
                                      ["-fsanitize=thread", "-g1"],
        "//command_line_option:linkopt": settings["//command_line_option:linkopt"] +
                                         ["-fsanitize=thread"],
    }

_with_tsan = transition(
    implementation = _with_tsan_impl,
    inputs = ["//command_line_option:copt", "//command_line_option:linkopt"],
    outputs = ["//command_line_option:copt", "//command_line_option:linkopt"],
)

# Its shadow memory does not bear with every layout that a kernel may choose.
_LAUNCHER = """#!/usr/bin/env bash
without_randomization=()
if setarch "$(uname -m)" -R true 2>/dev/null; then
  without_randomization=(setarch "$(uname -m)" -R)
fi
export TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1"
exec "${{without_randomization[@]}}" "{test}" "$@"
"""

def _tsan_test_impl(ctx):
    test = ctx.attr.test[0][DefaultInfo]
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        launcher,
        _LAUNCHER.format(test = test.files_to_run.executable.short_path),
        is_executable = True,
    )
    return [DefaultInfo(
        executable = launcher,
        runfiles = ctx.runfiles(files = [test.files_to_run.executable])
            .merge(test.default_runfiles),
    )]

tsan_test = rule(
    implementation = _tsan_test_impl,
    test = True,
    attrs = {
        "test": attr.label(mandatory = True, cfg = _with_tsan, executable = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
