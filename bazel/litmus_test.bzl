"""Litmus files as tests.

Each file is a test of its own that runs `incoherent check` on it and passes if
everything holds that the file expects. The answer, with a schedule for whatever
is allowed, is in the test's log.

    load("//bazel:litmus_test.bzl", "litmus_test")

    litmus_test(
        name = "litmus",
        srcs = glob(["*.litmus"]),
    )

`bazel test :litmus` runs all of them, `bazel test :litmus/mp.litmus` the one.
"""

# This repository's, wherever the macro is called.
_RUNNER = str(Label("//bazel:litmus_test.sh"))
_COMMAND = str(Label("//:incoherent"))

def litmus_test(name, srcs, size = "small", tags = [], **kwargs):
    """A test for each litmus file, and a suite of them.

    Args:
      name: of the suite; a test is called NAME/FILE.
      srcs: litmus files of this package.
      size: of each test.
      tags: of each test.
      **kwargs: what else each test should have.
    """
    tests = []
    for src in srcs:
        test = "{}/{}".format(name, src)
        tests.append(test)
        native.sh_test(
            name = test,
            size = size,
            srcs = [_RUNNER],
            args = ["$(rootpath {})".format(file) for file in [_COMMAND, src]],
            data = [_COMMAND, src],
            tags = tags,
            **kwargs
        )
    native.test_suite(
        name = name,
        tests = tests,
    )
