// In the place of macOS's `osascript`: hands the script to the test process and prints what that answers.
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

const script = await text(process.stdin)
const socket = connect(process.env.FAKE_OSASCRIPT)
socket.end(script)
const { out, error } = JSON.parse(await text(socket))
if (error !== undefined) {
  process.stderr.write(`17:80: execution error: ${error}\n`)
  process.exit(1)
}
process.stdout.write(`${out}\n`)
