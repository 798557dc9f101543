// Puts its terminal into raw mode, says READY, and writes everything that is typed into the file argv[2].
// After argv[3] bytes it says DONE.
import { openSync, writeSync } from 'node:fs'

const file = openSync(process.argv[2] ?? '', 'w')
const expected = Number(process.argv[3])
let received = 0

process.stdin.setRawMode(true)
process.stdin.on('data', (chunk: Buffer) => {
  writeSync(file, chunk)
  received += chunk.length
  if (received >= expected) process.stdout.write('DONE\r\n')
})
process.stdout.write('READY\r\n')
