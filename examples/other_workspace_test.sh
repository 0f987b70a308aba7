#!/usr/bin/env bash
# The workspace in other_workspace/ builds and passes its test: what
# docs/handles.md says of other workspaces is so. (Bazel in Bazel: not sandboxed,
# for it wants the whole tree.)
set -u
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
cd "$here/other_workspace" || exit 1

bazel() {
  command bazel --output_base="$TEST_TMPDIR/bazel" --max_idle_secs=1 "$@"
}
trap 'bazel shutdown' EXIT
bazel test --symlink_prefix=/ --noshow_progress --nosandbox_debug \
  --test_output=errors //:uploader_test || exit 1

# It ran, and it was more than one case.
[[ $(grep -c '<testcase' "$TEST_TMPDIR"/bazel/execroot/uploader/bazel-out/*/testlogs/uploader_test/test.xml) -eq 3 ]]
