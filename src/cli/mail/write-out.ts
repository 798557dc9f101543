/**
 * Writes to standard output and says whether it went out: what nobody received must not be marked as read
 * (`iterm-orch inbox | head -1`, a full disk behind `>`).
 */
export function writeOut(text: string): Promise<boolean> {
  return new Promise((resolve) => {
    process.stdout.write(text, (error) => resolve(!error))
  })
}
