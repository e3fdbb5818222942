#!/bin/sh
# Installs the project into .venv; needs only Python 3.11+ and a package index, and is quiet unless it fails.
set -eu
cd "$(dirname "$0")/.."

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

find_python() {
  for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  fail "Pixelmill needs Python 3.11 or newer." "Debian, Ubuntu: apt-get install python3 python3-venv    macOS: brew install python"
}

# uv of the machine, else one of our own in .venv-uv: nothing is installed outside this folder.
find_uv() {
  if uv --version >/dev/null 2>&1; then
    echo uv
    return
  fi
  if [ ! -x .venv-uv/bin/uv ]; then
    rm -rf .venv-uv
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
      "$python" -m venv .venv-uv >"$log" 2>&1 && .venv-uv/bin/python -m pip install --quiet uv >>"$log" 2>&1
    else
      "$python" tools/fetch_uv.py .venv-uv >"$log" 2>&1
    fi || fail "$(cat "$log")" "" "Could not install uv from PyPI. Is the network there?"
  fi
  echo .venv-uv/bin/uv
}

# A company's proxy signs with a certificate that only the machine knows.
sync_with_certificates_of_the_machine() {
  UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true "$uv" sync --frozen --quiet >>"$log" 2>&1
}

mkdir -p build
log=build/setup.log
inputs=$(cat pyproject.toml uv.lock | cksum)
rm -f build/setup-seconds
if [ -x .venv/bin/pixelmill ] && [ "$(cat build/setup-done 2>/dev/null)" = "$inputs" ]; then
  : >build/setup-seconds
  exit 0
fi

began=$(date +%s)
[ -t 2 ] && printf 'setting up: python packages ...\r' >&2
python=$(find_python)
uv=$(find_uv)
# A .venv that stands keeps its Python; a new one takes the machine's, never a download.
[ -x .venv/bin/python ] || export UV_PYTHON="$python"
export UV_PYTHON_DOWNLOADS=never
"$uv" sync --frozen --quiet >"$log" 2>&1 || sync_with_certificates_of_the_machine ||
  fail "$(cat "$log")" "" "Could not install the Python packages. Is the package index reachable?"
# Compiled once here: a machine that writes no bytecode would compile at every start, which doubles it.
.venv/bin/python -m compileall -q -j 0 .venv/lib/python*/site-packages src >>"$log" 2>&1 || true
echo "$inputs" >build/setup-done
echo "python packages $(($(date +%s) - began))" >build/setup-seconds
[ -t 2 ] && printf '\033[2K\r' >&2
exit 0
