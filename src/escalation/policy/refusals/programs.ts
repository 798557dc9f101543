/** Programs by what is wrong with them, whatever they are given; and the options that make others wrong. */
import type { RefusalId } from './refusal.ts'
import { list } from './words.ts'

/** Names are matched without the path and a version at their end (`python3.12`). */
export const programsOf: Readonly<Partial<Record<RefusalId, readonly string[]>>> = {
  privileges: list(
    'sudo sudoedit doas su pkexec run0 gosu su-exec setpriv capsh setcap visudo ' +
      'chown chgrp chroot unshare nsenter usermod useradd adduser groupadd passwd chpasswd ' +
      'dscl dseditgroup setfacl spctl csrutil tccutil kldload insmod modprobe sysctl newgrp runuser',
  ),
  'disk-tools': list(
    'dd fdisk sfdisk cfdisk gdisk sgdisk parted wipefs diskutil hdiutil mount umount losetup ' +
      'cryptsetup hdparm nvme blkdiscard badblocks swapon swapoff mkswap lvremove vgremove pvremove lvcreate ' +
      'zpool zfs btrfs mdadm dcfldd asr newfs format fsck debugfs tune2fs resize2fs kpartx',
  ),
  'remote-code': list('npx pnpx bunx uvx pipx dlx nix-shell cargo-binstall degit'),
  'runs-others': list(
    'watch parallel script expect flock strace ltrace gdb lldb valgrind entr watchexec nodemon systemd-run ' +
      'tmux screen dtach abduco reptyr rlwrap unbuffer faketime fakeroot proot coproc chpst daemonize start-stop-daemon ' +
      'vi vim nvim view ex ed emacs emacsclient nano less more man open xdg-open start wine cmd powershell pwsh ' +
      'dbus-send gdbus busybox toybox run-parts xterm osacompile automator shortcuts ld hyperfine fzf sshpass',
  ),
  'inline-code': list('osascript eval m4 jrunscript jshell tclsh wish awk gawk mawk nawk dc'),
  'startup-files': list(
    'crontab at batch launchctl systemctl update-rc.d chkconfig service rc-update loginctl chsh defaults ' +
      'update-alternatives alternatives dconf gsettings plutil xattr',
  ),
  credentials: list(
    'security ssh-add ssh-keygen ssh-agent gpg gpg2 pass op bw lpass vault sops age keyring secret-tool kwallet-query ' +
      'printenv aws-vault chamber doppler keychain certutil openssl getent env export declare typeset compgen history',
  ),
  'remote-machines': list(
    'ssh mosh telnet rsh rlogin autossh kubectl oc helm k9s docker podman nerdctl docker-compose lxc vagrant colima limactl ' +
      'aws gcloud gsutil az doctl heroku fly flyctl vercel netlify terraform tofu pulumi ansible ansible-playbook gh glab hub wrangler firebase ' +
      'psql mysql mongosh mongo redis-cli dropdb rclone s3cmd mc virsh qemu-system-x86_64 crictl ctr',
  ),
  upload: list(
    'scp sftp ftp lftp tftp nc ncat netcat socat rsync croc wormhole ngrok cloudflared sendmail mail mailx mutt smbclient dig nslookup',
  ),
  system: list(
    'kill killall pkill skill xkill shutdown reboot halt poweroff init telinit pmset iptables nft ufw pfctl ifconfig ip route networksetup ' +
      'apt apt-get dpkg yum dnf rpm pacman zypper apk snap flatpak port brew softwareupdate ulimit timedatectl hostnamectl',
  ),
}

const interpreters = list(
  'python node nodejs deno bun perl ruby php lua luajit tsx ts-node elixir erl groovy scala Rscript r julia guile racket sbcl ghc swift java irb ipython pypy raku coffee electron escript octave sqlite3',
)

/** Programs that run what comes from their input when they are given no file. */
export const inputRunners: ReadonlySet<string> = new Set([
  ...interpreters.map((name) => name.toLowerCase()),
  ...list(
    'sh bash zsh dash ksh ash fish csh tcsh mksh yash rbash source . tclsh expect osascript pwsh xargs parallel at batch psql mysql bc dc gnuplot make ed ex patch crontab cpio pax',
  ),
])

/** Variables that change which code a program runs, or where it sends what it knows. */
export const loaderVariable =
  /^(?:PATH|IFS|ENV|BASH_ENV|BASH_FUNC.*|SHELL|SHELLOPTS|BASHOPTS|PS[0-4]|PROMPT_COMMAND|CDPATH|ZDOTDIR|FPATH|HOME|TMPDIR|XDG_.*|LD_.*|DYLD_.*|GCONV_PATH|LOCPATH|MALLOC_.*|GIT_.*|SSH_.*|EDITOR|VISUAL|PAGER|MANPAGER|LESS.*|BROWSER|NODE_OPTIONS|NODE_PATH|NODE_EXTRA.*|NODE_TLS.*|NPM_CONFIG_.*|npm_.*|YARN_.*|PYTHON.*|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|LUA_.*|PHP.*|JAVA_.*|_JAVA.*|JDK_.*|MAVEN_OPTS|GRADLE_.*|CLASSPATH|GO.*|CGO_.*|CC|CXX|LD|AR|CFLAGS|LDFLAGS|RUSTC.*|RUSTFLAGS|CARGO_.*|MAKE.*|MFLAGS|.*_PROXY|.*_proxy|SSL_.*|CURL_.*|REQUESTS_.*|ITERM.*|CLAUDE_.*|ANTHROPIC_.*|OPENAI_.*|CODEX_.*|GEMINI_.*|GOOGLE_.*|DOCKER_.*|KUBE.*|AWS_.*|TERM_PROGRAM.*|TERMINFO.*|WATCH.*|RIPGREP_CONFIG_PATH|GREP_.*|FZF_.*|PYTEST_.*|JEST_.*|VITEST_.*|TAR_OPTIONS|GZIP|RSYNC_RSH|HOSTALIASES|RES_OPTIONS|PROMPT.*)$/u
