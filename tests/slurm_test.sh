#!/bin/sh
# Runs chapters/07_speedup/speedup.sbatch under a real Slurm of one node: its
# daemons start here, as root, on the loopback interface, with everything they
# write in a temporary folder. Only what this test started is ended, each by its
# number. Needs root, ./chapter07, gnuplot, and Debian's slurmctld, slurmd,
# slurm-client and munge; says in one line what is missing, and passes then.
# Ends with "N passed, M failed".
set -u
cd "$(dirname "$0")/.." || exit 1

skip() {
  echo "slurm_test: skipped: $*"
  echo "0 passed, 0 failed"
  exit 0
}
[ "$(id -u)" -eq 0 ] || skip "only root can start Slurm's daemons"
for program in slurmctld slurmd sbatch munged mungekey gnuplot; do
  command -v $program >/dev/null ||
    skip "there is no $program; 'make deps slurm' installs it on Debian"
done
[ -x ./chapter07 ] || skip "there is no ./chapter07; 'make chapter07' builds it"

tmp=$(mktemp -d) || exit 1
started=
# shellcheck disable=SC2086  # each word is a process
end_all() {
  for process in $started; do kill "$process" 2>/dev/null; done
  for process in $started; do wait "$process" 2>/dev/null; done
  rm -rf "$tmp"
}
trap end_all EXIT
trap 'exit 1' INT TERM

passed=0 failed=0
# expect WHAT COMMAND...: one test.
expect() {
  what=$1
  shift
  if "$@"; then passed=$((passed + 1)); return; fi
  echo "slurm_test: $what" >&2
  sed 's/^/  | /' "$tmp/out" >&2
  failed=$((failed + 1))
}
not() { ! "$@"; }
run() { "$@" >"$tmp/out" 2>&1; }
says() { grep -qF -- "$1" "$tmp/out"; }
is_one_line() { [ "$(wc -l <"$tmp/out")" -eq 1 ]; }
# The script as a user calls it.
speedup() { run sh chapters/07_speedup/speedup.sbatch "$@"; }

# Waits until a command succeeds: a daemon answers, a job is done.
within_seconds() {
  left=$((4 * $1))
  shift
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    [ $left -gt 0 ] || return 1
    sleep 0.25
  done
}

# ---- Without Slurm -----------------------------------------------------------
# PATH without one program.
mkdir "$tmp/bin"
without() {
  rm -f "$tmp/bin/"*
  for tool in sh cat grep sed sort head tail mkdir mv rm ls sbatch gnuplot; do
    [ "$tool" = "$1" ] || ln -s "$(command -v $tool)" "$tmp/bin/$tool"
  done
}
export OUT_DIR="$tmp/none"
without sbatch
expect "without sbatch it fails" \
  not env PATH="$tmp/bin" sh chapters/07_speedup/speedup.sbatch submit \
  >"$tmp/out" 2>&1
expect "says what to do instead" says "'make speedup' measures without Slurm"
expect "in one line" is_one_line
without gnuplot
expect "without gnuplot it fails" \
  not env PATH="$tmp/bin" sh chapters/07_speedup/speedup.sbatch submit \
  >"$tmp/out" 2>&1
expect "says how to get it" says "'make deps speedup' installs it"
expect "in one line" is_one_line
expect "refuses what it does not know" not speedup soon
expect "in one line" is_one_line
expect "has made nothing" test ! -e "$OUT_DIR"

# ---- A Slurm of our own --------------------------------------------------------
# Ports that hardly anybody else has just now.
port=$((20000 + $$ % 10000))
name=$(hostname -s)
mkdir "$tmp/state" "$tmp/spool"
cat >"$tmp/slurm.conf" <<END
ClusterName=book
SlurmctldHost=$name(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$tmp/munge.socket
CredType=cred/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
StateSaveLocation=$tmp/state
SlurmdSpoolDir=$tmp/spool
SlurmctldPidFile=$tmp/slurmctld.pid
SlurmdPidFile=$tmp/slurmd.pid
SlurmctldLogFile=$tmp/slurmctld.log
SlurmdLogFile=$tmp/slurmd.log
NodeName=$name NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$name Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$tmp/slurm.conf"

# munged insists on folders that nobody else can write to.
chmod 755 "$tmp"
mungekey --create --keyfile="$tmp/munge.key"
munged --foreground --force --key-file="$tmp/munge.key" \
  --socket="$tmp/munge.socket" --pid-file="$tmp/munge.pid" \
  --seed-file="$tmp/munge.seed" >"$tmp/munge.log" 2>&1 &
started="$started $!"
within_seconds 10 test -S "$tmp/munge.socket"
slurmctld -D -f "$SLURM_CONF" >"$tmp/slurmctld.out" 2>&1 &
started="$! $started"
slurmd -D -N "$name" -f "$SLURM_CONF" >"$tmp/slurmd.out" 2>&1 &
started="$! $started"
is_up() { sinfo --noheader --format=%T 2>/dev/null | grep -q idle; }
if ! within_seconds 30 is_up; then
  tail -n 5 "$tmp/slurmctld.log" "$tmp/slurmd.log" "$tmp/munge.log" >&2
  echo "slurm_test: Slurm does not come up" >&2
  echo "$passed passed, $((failed + 1)) failed"
  exit 1
fi

# ---- The measurement under it --------------------------------------------------
export OUT_DIR="$tmp/speedup"
export OPTIONS="--data synthetic --limit 600 --rounds 1 --run-epochs 1 \
--models 12 --empty-tasks 200"
is_over() { [ -z "$(squeue --noheader)" ]; }
expect "hands both jobs in" speedup submit 1,2
expect "says which measures, and which gathers" says "gathers in $tmp/speedup"
within_seconds 300 is_over
expect "measures one worker" test -s "$tmp/speedup/part-1.csv"
expect "measures two" test -s "$tmp/speedup/part-2.csv"
cat "$tmp/speedup/"*.log >"$tmp/out" 2>/dev/null
expect "gathers" test -s "$tmp/speedup/speedup.csv"
expect "has the points of both" \
  grep -q '^median,"shuffled",stealing,1,' "$tmp/speedup/speedup.csv"
expect "the second, too" \
  grep -q '^median,"shuffled",stealing,2,' "$tmp/speedup/speedup.csv"
expect "has one header" test "$(grep -c ^kind, "$tmp/speedup/speedup.csv")" -eq 1
expect "simulates once" test "$(grep -c '^simulated,"shuffled",static,64,' \
  "$tmp/speedup/speedup.csv")" -eq 1
expect "draws the graph" grep -q '</svg>' "$tmp/speedup/speedup.svg"
expect "leaves nothing half written" test ! -e "$tmp/speedup/speedup.svg.part"

# A job that fails keeps the other from gathering; nothing old is lost.
cp "$tmp/speedup/speedup.csv" "$tmp/before"
OPTIONS="--limit none"
export OPTIONS
expect "hands in what will fail" speedup submit 1
failed_alone() {
  squeue --noheader --format=%r | grep -q DependencyNeverSatisfied
}
expect "does not gather then" within_seconds 60 failed_alone
expect "keeps what was gathered" \
  cmp -s "$tmp/before" "$tmp/speedup/speedup.csv"
expect "says why" grep -q "chapter07: .*--limit" "$tmp/speedup/part-1.log"
scancel --user=root
within_seconds 30 is_over

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
