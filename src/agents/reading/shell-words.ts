/** How the prompts of shells look. */

/** `user@host:~/dir$`, `~/dir %`, `➜  dir git:(main) ✗`, `bash-5.2$`, `root@box #`, a bare `$`. */
const shell = [
  /^(?:\([\w .-]{1,40}\) ?)?[\w.-]+@[\w.-]+(?:[: ][^\s$#%]{0,120})?(?: \([^)]{1,60}\))? ?[$#%❯➜]$/u,
  /^(?:\([\w .-]{1,40}\) ?)?(?:~|\/)[^\s]{0,120}(?: [^$#%]{0,60})? ?[$#%❯➜]$/u,
  /^(?:-?(?:ba|z|da|k|fi)?sh)[-\w.]{0,12}[$#%>]$/u,
  /^➜ {1,2}\S.{0,100}$/u,
  /^\[[\w.-]+@[\w.-]+ [^\]]{1,80}\][$#%]$/u,
  /^[$#%❯]$/u,
]

export function isShellPrompt(text: string): boolean {
  return shell.some((pattern) => pattern.test(text))
}
