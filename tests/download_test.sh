#!/bin/sh
# Tests data/download.sh against a server on this machine: no network needed.
# Prints one line a test that fails and ends with "N passed, M failed".
set -u
unset CDPATH
root=$(cd "$(dirname "$0")/.." && pwd)
tmp=$(mktemp -d) || exit 1
server_pid=
finish() {
  [ -z "$server_pid" ] || kill "$server_pid"
  rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 1' INT TERM

command -v python3 >/dev/null || { echo "0 passed, 1 failed"; exit 1; }

# ---- A server that can resume, break off, refuse and lie -------------------
# /good/NAME   the file; a Range is honoured
# /plain/NAME  the file; a Range is ignored, as simple servers do
# /cut/NAME    promises the whole file and breaks off half way
# /html/NAME   a web page, with status 200
# /zip9/NAME   the same content, zipped differently
# /none/NAME   404
# Each request is logged as "PLACE NAME FIRST_BYTE STATUS".
cat >"$tmp/server.py" <<'PYTHON'
import gzip, http.server, os, re, sys
served, log = sys.argv[1], sys.argv[2]

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        _, place, name = self.path.split("/", 2)
        with open(os.path.join(served, name), "rb") as file:
            body = file.read()
        if place == "zip9":
            body = gzip.compress(gzip.decompress(body), 9, mtime=7)
        if place == "html":
            body = b"<!DOCTYPE html><html>Please log in</html>"
        header = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        first = int(header.group(1)) if header else 0
        status = 200
        if place == "none":
            status, body = 404, b"not found"
        elif first and place != "plain":
            status = 206 if first < len(body) else 416
        with open(log, "a") as file:
            print(place, name, first, status, file=file)
        self.send_response(status)
        if status == 206:
            size = len(body)
            self.send_header("Content-Range",
                             f"bytes {first}-{size - 1}/{size}")
            body = body[first:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:len(body) // 2] if place == "cut" else body)
    def log_message(self, *arguments):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[3] + ".new", "w") as file:
    print(server.server_address[1], file=file)
os.rename(sys.argv[3] + ".new", sys.argv[3])
server.serve_forever()
PYTHON

# Small files under the real names, and their checksums.
names='train-images-idx3-ubyte train-labels-idx1-ubyte
  t10k-images-idx3-ubyte t10k-labels-idx1-ubyte'
first=train-images-idx3-ubyte
mkdir "$tmp/served"
for name in $names; do
  seq 1 5000 | sed "s/\$/ $name/" >"$tmp/served/$name"
  gzip -nk "$tmp/served/$name"
done
python3 "$tmp/server.py" "$tmp/served" "$tmp/log" "$tmp/port" &
server_pid=$!
# The server says when it listens by giving the file its name.
until [ -f "$tmp/port" ]; do
  kill -0 "$server_pid" 2>/dev/null || { echo "0 passed, 1 failed"; exit 1; }
done
url=http://127.0.0.1:$(cat "$tmp/port")

# ---- What the tests are made of --------------------------------------------
passed=0 failed=0

# begin NAME: a fresh data folder and an empty log.
begin() {
  test_name=$1 ok=1
  data=$tmp/$1/data
  mkdir -p "$data"
  cp "$root/data/download.sh" "$data"
  (cd "$tmp/served" && sha256sum $names >"$data/SHA256SUMS" &&
    md5sum ./*.gz | sed 's|\./||' >"$data/MD5SUMS.fashion-mnist")
  : >"$tmp/log"
}

# expect WHAT COMMAND...: the command must succeed.
expect() {
  what=$1
  shift
  "$@" && return
  echo "$test_name: $what" >&2
  ok=0
}

end() {
  if [ $ok = 1 ]; then passed=$((passed + 1)); return; fi
  failed=$((failed + 1))
  sed "s/^/  | /" "$tmp/out" >&2
}

# run PLACES [SET]: downloads from those places of the server.
run() {
  list=
  for place in $1; do list="$list $url/$place"; done
  MIRRORS=$list sh "$data/download.sh" "${2:-mnist}" >"$tmp/out" 2>&1
}

same() { cmp -s "$data/${2:-mnist}/$1" "$tmp/served/$1"; }
all_there() { for name in $names; do same "$name" "${1:-mnist}" || return 1; done; }
says() { grep -q -- "$1" "$tmp/out"; }
logged() { grep -q -- "^$1\$" "$tmp/log"; }
requests() { [ "$(wc -l <"$tmp/log")" -eq "$1" ]; }
not() { ! "$@"; }

# half NAME [FILE]: as an interrupted run left it.
half() {
  mkdir -p "$data/mnist.part"
  head -c 1000 "${2:-$tmp/served/$1.gz}" >"$data/mnist.part/$1.gz"
}

# ---- The tests -------------------------------------------------------------
everything() {
  begin DownloadsAllFour
  expect "exits 0" run good
  expect "files are right" all_there
  expect "leaves no part" not test -e "$data/mnist.part"
  expect "asks once for each" requests 4
  end

  begin DoesNothingWhenAllAreWhole
  run good
  : >"$tmp/log"
  expect "exits 0" run none
  expect "asks nobody" requests 0
  end

  begin ResumesAnInterruptedDownload
  half $first
  expect "exits 0" run good
  expect "asks for the rest only" logged "good $first.gz 1000 206"
  expect "files are right" all_there
  end

  begin KeepsWhatCameBeforeTheConnectionBroke
  expect "exits 1" not run cut
  expect "shows nothing yet" not test -e "$data/mnist"
  expect "keeps the half" test -s "$data/mnist.part/$first.gz"
  expect "then exits 0" run good
  expect "resumes" grep -q "^good $first.gz [1-9][0-9]* 206" "$tmp/log"
  expect "files are right" all_there
  end

  begin DoesNotStartAfreshWhenResumingBreaksOff
  half $first
  expect "exits 1" not run cut
  expect "resumed" logged "cut $first.gz 1000 206"
  expect "and not from nothing" not logged "cut $first.gz 0 200"
  end

  begin TurnsToTheNextMirrorWhenOneBreaksOff
  expect "exits 0" run "cut good"
  expect "resumes there" grep -q "^good $first.gz [1-9][0-9]* 206" "$tmp/log"
  expect "files are right" all_there
  end

  begin StartsAfreshWhereTheServerCannotResume
  half $first
  expect "exits 0" run plain
  expect "files are right" all_there
  end

  begin StartsAfreshWhenTheHalvesDoNotFit
  half $first
  expect "exits 0" run zip9
  expect "files are right" all_there
  end

  begin StartsAfreshAfterGarbage
  head -c 1000000 /dev/zero >"$tmp/zeros"
  half $first "$tmp/zeros"
  expect "exits 0" run good
  expect "files are right" all_there
  end

  begin TakesACompletePartWithoutAsking
  mkdir "$data/mnist.part"
  cp "$tmp/served/$first.gz" "$data/mnist.part"
  expect "exits 0" run good
  expect "asks for the others" requests 3
  expect "files are right" all_there
  end

  begin AcceptsAnotherWayOfZipping
  expect "exits 0" run zip9
  expect "files are right" all_there
  end

  begin TriesTheNextMirrorAfterA404
  expect "exits 0" run "none good"
  expect "files are right" all_there
  end

  begin TriesTheNextMirrorAfterAWebPage
  expect "exits 0" run "html good"
  expect "says why" says "$first: what $url/html sent has the wrong checksum"
  expect "files are right" all_there
  end

  begin RefusesACorruptFile
  sed "s/^./0/" "$data/SHA256SUMS" >"$data/wrong"
  mv "$data/wrong" "$data/SHA256SUMS"
  expect "exits 1" not run good
  expect "says why" says "$first: what $url/good sent has the wrong checksum"
  expect "shows nothing" not test -e "$data/mnist"
  expect "keeps nothing wrong" not test -e "$data/mnist.part/$first.gz"
  end

  begin SaysSoWhenNoMirrorHasIt
  expect "exits 1" not run "none html"
  expect "says what to do" says "download.sh: mnist: no mirror gave $first; "
  expect "shows nothing" not test -e "$data/mnist"
  end

  begin SaysSoWhenNobodyAnswers
  MIRRORS=http://127.0.0.1:9 sh "$data/download.sh" >"$tmp/out" 2>&1
  expect "exits 1" test $? -eq 1
  expect "says what to do" says "download.sh: mnist: no mirror gave $first; "
  end

  begin RepairsAFileThatIsNotWhole
  run good
  echo damaged >"$data/mnist/$first"
  : >"$tmp/log"
  expect "exits 0" run good
  expect "asks for that one" requests 1
  expect "files are right" all_there
  end
}
everything

begin FashionMnistGoesByTheSumsOfThePackedFiles
expect "exits 0" run good fashion-mnist
expect "files are right" all_there fashion-mnist
expect "leaves MNIST alone" not test -e "$data/mnist"
end

begin FashionMnistRefusesAnotherWayOfZipping
expect "exits 1" not run zip9 fashion-mnist
expect "says why" says "has the wrong checksum"
end

begin RefusesASetItDoesNotKnow
sh "$data/download.sh" cifar >"$tmp/out" 2>&1
expect "exits 2" test $? -eq 2
expect "names the sets" says "no data set 'cifar': mnist or fashion-mnist"
end

begin TakesAFullDiskForWhatItIs
# No file may grow beyond 51,200 bytes: the packed ones fit, the others do not.
(ulimit -f 100; run good) 2>/dev/null
expect "exits 1" test $? -eq 1
expect "says why" says "cannot write into data/mnist.part: is the disk full?"
expect "blames nobody" not says "wrong checksum"
expect "keeps what came" test -s "$data/mnist.part/$first.gz"
expect "and nothing half" not test -e "$data/mnist.part/$first"
: >"$tmp/log"
expect "then exits 0" run good
expect "asks for the others" requests 3
expect "files are right" all_there
end

begin AsksNoOtherMirrorWhenTheDiskIsFull
# Ignored, so that curl sees a failed write, as on a full disk.
(trap '' XFSZ; ulimit -f 10; run "good good") 2>/dev/null
expect "exits 1" test $? -eq 1
expect "says why" says "cannot write into data/mnist.part: is the disk full?"
expect "asks once" requests 1
end

begin LeavesADownloadAloneThatIsRunning
half $first
ln -s $$ "$data/mnist.lock"
expect "exits 1" not run good
expect "says who" says "mnist: process $$ is downloading it; wait for that one"
expect "asks nobody" requests 0
expect "keeps its half" test -s "$data/mnist.part/$first.gz"
expect "keeps its lock" test -L "$data/mnist.lock"
expect "another set may come" run good fashion-mnist
end

begin GoesOnWhereADownloadWasKilled
ln -s "$(sh -c 'echo $$')" "$data/mnist.lock"
expect "exits 0" run good
expect "files are right" all_there
expect "leaves no lock" not test -L "$data/mnist.lock"
end

begin IsNotLedElsewhereByCdpath
mkdir -p "$tmp/elsewhere/data"
cd "$data/.." && list="$url/good"
CDPATH=$tmp/elsewhere MIRRORS=$list sh data/download.sh >"$tmp/out" 2>&1
expect "exits 0" test $? -eq 0
cd "$root" || exit 1
expect "files are right" all_there
end

begin RefusesAnEmptyListOfFiles
: >"$data/SHA256SUMS"
expect "exits 1" not run good
expect "says why" says "data/SHA256SUMS lists no files"
end

# The same with wget alone: a PATH of what the script needs, without curl.
if command -v wget >/dev/null; then
  mkdir "$tmp/bin"
  for tool in sh dirname awk sha256sum gzip ln mkdir mv readlink rm wget; do
    ln -s "$(command -v $tool)" "$tmp/bin/$tool"
  done
  begin WgetDownloadsAndResumes
  half $first
  expect "exits 0" env PATH="$tmp/bin" MIRRORS="$url/none $url/good" \
    sh "$data/download.sh" >"$tmp/out" 2>&1
  expect "files are right" all_there
  end
  begin WgetAsksForTheRestOnly
  half $first
  expect "exits 0" env PATH="$tmp/bin" MIRRORS="$url/good" \
    sh "$data/download.sh" >"$tmp/out" 2>&1
  expect "asks for the rest only" logged "good $first.gz 1000 206"
  end
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
