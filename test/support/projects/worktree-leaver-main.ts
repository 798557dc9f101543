// Leaves the worktree argv[3], which is on the branch argv[4] of the repository argv[2].
import { Git } from '../../../src/projects/execute/git.ts'
import { leaveWorktree } from '../../../src/projects/execute/worktree.ts'

const [repository = '', path = '', branch = ''] = process.argv.slice(2)
await leaveWorktree(new Git(repository, process.env), { path, branch })
