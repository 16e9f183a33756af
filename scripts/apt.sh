# Sourced by other scripts: `apt_install package…` installs Debian packages where that is possible, else returns 1.
apt_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    echo "Installing with apt: $*"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 ||
        { apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
}

# Chromium without its windows takes a quarter less time over the tests' pages; older Debians have the whole one alone.
apt_install_chromium() {
    apt_install chromium-headless-shell libatomic1 || apt_install chromium libatomic1
}
