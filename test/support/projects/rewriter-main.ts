// Writes the document argv[2] anew, argv[3] times, as an editor that writes in place: each time with other letters, and
// long enough for somebody to read it meanwhile. Between two times it stands still for argv[4] ms.
import { closeSync, openSync, writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const [path = '', times, pauseMs] = process.argv.slice(2)
const halfBytes = 400_000
for (let time = 0; time < Number(times); time++) {
  const half = Buffer.alloc(halfBytes, 'abcdefghij'.charAt(time % 10))
  const file = openSync(path, 'w')
  for (let left = 2; left > 0; left--) writeSync(file, half)
  closeSync(file)
  await delay(Number(pauseMs))
}
