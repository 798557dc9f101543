// Makes the directories of projects, and says what went wrong. Arguments: their paths.
import { errorMessage } from '../../../src/lib/errors.ts'
import { initProject } from '../../../src/projects/project-places.ts'
import { untilTold } from '../until-told.ts'
import { writeNow } from '../write-now.ts'

await untilTold()
for (const project of process.argv.slice(2)) {
  try {
    initProject(project)
  } catch (error) {
    writeNow(`${errorMessage(error)}\n`)
  }
}
