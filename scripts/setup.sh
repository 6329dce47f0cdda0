# Sourced by the other scripts: installs what scripts/packages.txt names and is missing, configures
# and builds. Needs Debian 12; asks for root rights only when something is missing.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n== %s\n' "$*"; }

# install_packages [WHO]: what everybody needs, and what WHO needs besides.
install_packages() {
  local wanted missing=() package
  wanted=$(sed -n -e '/^#/d' -e '/: /!{p;d}' -e "s/^${1:-nobody}: //p" "$root/scripts/packages.txt")
  for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  say "installing ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "these packages are missing and there is no sudo: ${missing[*]}" >&2; return 2; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# build PRESET [TARGET…]
build() {
  local preset=$1
  shift
  if [ -e "$root/build/$preset/build.ninja" ]; then
    say "building ($preset)"
  else
    say "building ($preset): the first time takes about 5 minutes on two cores; [done/all] shows how far it is"
  fi
  (cd "$root" && cmake --preset "$preset" -G Ninja >/dev/null && ninja -C "build/$preset" "$@")
}
