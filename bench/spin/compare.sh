#!/usr/bin/env bash
# The explorer and SPIN on the same two programs: do their outcomes agree, and
# how many states does each visit in a second? Run from the repository's root:
#
#   bazel build -c opt //:incoherent && bench/spin/compare.sh
#
# Pruning and SPIN's partial-order reduction are both off: the same machine, all
# of its states. Exits with 1 if an outcome differs.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
incoherent=$(realpath "${INCOHERENT:-$here/../../bazel-bin/incoherent}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for needed in spin gcc "$incoherent"; do
  command -v "$needed" >/dev/null || {
    echo "compare.sh: $needed is not there; bazel/setup.sh installs spin and gcc" >&2
    exit 2
  }
done

# litmus NAME ATOMS: the corpus program, a byte in each of so many atoms.
litmus() {
  local name=$1 atoms=$2 host="" device="" k
  for ((k = 0; k < atoms; k++)); do
    case $name in
      upload_without_flush)
        host+="m[$((k * 4))] = $((k + 1)); "
        device+="r$k = m[$((k * 4))]; "
        ;;
      readback_without_invalidate)
        device+="m[$((k * 4))] = $((k + 1)); "
        host+="r$k = m[$((k * 4))]; "
        ;;
    esac
  done
  echo "litmus $name"
  echo "memory m { size $((atoms * 4)); type noncoherent; atom 4 }"
  case $name in
    upload_without_flush)
      echo "host { $host submit q; wait q }"
      echo "queue q { $device }"
      ;;
    readback_without_invalidate)
      echo "host { submit q; wait q; $host }"
      echo "queue q { $device"
      echo "  barrier all_commands/memory_write -> host/host_read }"
      ;;
  esac
}

# Each writes its outcomes, sorted, to NAME.{incoherent,spin} and prints how
# many states it visited and in how many seconds.
run_incoherent() {
  local name=$1 atoms=$2 begin end
  litmus "$name" "$atoms" >"$work/$name.litmus"
  begin=$(date +%s%N)
  "$incoherent" check --no-prune "$work/$name.litmus" >"$work/answer"
  end=$(date +%s%N)
  # "1 > q:r0=0; q:r1=2" as SPIN's model prints it.
  sed -n 's/^[0-9]* > //p' "$work/answer" | tr -d ';' | sort \
    >"$work/$name.incoherent"
  echo "$(sed -n 's/^Explored \([0-9]*\) states.*/\1/p' "$work/answer")" \
    "$(((end - begin) / 1000))e-6"
}

run_spin() {
  local name=$1 atoms=$2 begin end
  (cd "$work" && spin -DN="$atoms" -a "$here/$name.pml" >/dev/null &&
    gcc -O2 -DNOREDUCE -DSAFETY -DMEMLIM=8000 -w -o "$name.pan" pan.c)
  begin=$(date +%s%N)
  (cd "$work" && "./$name.pan" -m10000000 -w22 >"$name.log")
  end=$(date +%s%N)
  sed -n 's/^OUTCOME //p' "$work/$name.log" | sort -u >"$work/$name.spin"
  echo "$(sed -n 's/^ *\([0-9e.+]*\) states, stored.*/\1/p' "$work/$name.log")" \
    "$(((end - begin) / 1000))e-6"
}

rate() { awk -v states="$1" -v seconds="$2" 'BEGIN { printf "%.0f", states / seconds }'; }

failed=0
printf '%-28s %5s %-11s | %10s %10s | %10s %10s\n' program atoms outcomes \
  incoherent states/s spin states/s
for name in upload_without_flush readback_without_invalidate; do
  for atoms in 1 2 4 ${ATOMS:-6}; do
    read -r ours our_seconds < <(run_incoherent "$name" "$atoms")
    read -r theirs their_seconds < <(run_spin "$name" "$atoms")
    agree="same"
    diff "$work/$name.incoherent" "$work/$name.spin" >&2 || {
      agree="DIFFER"
      failed=1
    }
    printf '%-28s %5d %4d %-6s | %10.0f %10d | %10.0f %10d\n' "$name" "$atoms" \
      "$(wc -l <"$work/$name.spin")" "$agree" \
      "$ours" "$(rate "$ours" "$our_seconds")" \
      "$theirs" "$(rate "$theirs" "$their_seconds")"
  done
done
exit $failed
