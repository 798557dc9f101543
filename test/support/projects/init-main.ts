// Makes the directories of projects: arguments are their paths. Says `ready`, begins at the first line that it is given,
// and says what went wrong.
import { once } from 'node:events'
import { errorMessage } from '../../../src/lib/errors.ts'
import { initProject } from '../../../src/projects/project-places.ts'
import { writeNow } from '../write-now.ts'

writeNow('ready\n')
await once(process.stdin, 'data')
for (const project of process.argv.slice(2)) {
  try {
    initProject(project)
  } catch (error) {
    writeNow(`${errorMessage(error)}\n`)
  }
}
process.stdin.destroy()
