"""fuzz_target: one libFuzzer harness, and its corpus as a plain test.

    fuzz_target(name = "profile_json", deps = [...])

builds from profile_json_fuzz.cc and profile_json_corpus/:

    bazel run --config=fuzz //fuzz:profile_json   fuzzes (clang, ASan, UBSan)
    bazel test //fuzz:profile_json_corpus_test    replays the corpus
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

def fuzz_target(name, deps):
    cc_library(
        name = name + "_harness",
        testonly = True,
        srcs = [name + "_fuzz.cc"],
        deps = deps,
        alwayslink = True,
    )
    cc_binary(
        name = name,
        testonly = True,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["manual"],  # links with --config=fuzz only
        deps = [":" + name + "_harness"],
    )
    corpus = native.glob([name + "_corpus/*"])
    cc_test(
        name = name + "_corpus_test",
        size = "small",
        srcs = ["replay_main.cc"],
        args = ["$(locations %s)" % file for file in corpus],
        data = corpus,
        deps = [":" + name + "_harness"],
    )
