// Tidies the project in the working directory; to be killed in the middle. `DELETE` removes instead of moving.
import { tidyHere } from '../../../src/projects/tidy/tidy-here.ts'

process.stdout.write('started\n')
const remove = process.env['DELETE'] === '1'
await tidyHere({ name: 'shop', path: process.cwd() }, { olderThanMs: 0, remove })
process.stdout.write('done\n')
