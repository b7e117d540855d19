import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countLines, diffstatOf, drawDiffstat } from '../../../src/record/summary/diffstat.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const PATCH = `diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -1,3 +1,3 @@
 same
--- a line that was removed
+diff --git a/x b/x
 same
diff --git a/new b/new
new file mode 100644
--- /dev/null
+++ b/new
@@ -0,0 +1 @@
+one
\\ No newline at end of file
diff --git a/b.bin b/b.bin
GIT binary patch
literal 3
abc

diff --git "a/\\303\\244" "b/\\303\\244"
deleted file mode 100644
--- "a/\\303\\244"
+++ /dev/null
@@ -1,2 +0,0 @@
-1
-2
`

describe('a diffstat (SEE-1)', () => {
  it('counts the lines of each file, whatever they look like', () => {
    expect(countLines(PATCH)).toEqual([
      { name: 'src/a.ts', added: 1, removed: 1, isBinary: false },
      { name: 'new', added: 1, removed: 0, isBinary: false },
      { name: 'b.bin', added: 0, removed: 0, isBinary: true },
      { name: '\\303\\244', added: 0, removed: 2, isBinary: false },
    ])
  })

  it('is drawn as git draws it', () => {
    expect(drawDiffstat({ files: countLines(PATCH), isWhole: true })).toBe(
      ['src/a.ts | +1 -1 +-', 'new      | +1 -0 +', 'b.bin    | binary', '\\303\\244 | +0 -2 --'].join('\n'),
    )
  })

  it('names the first files of many, and says so where only a part was read', async () => {
    const file = { name: 'a', added: 9_000, removed: 1_000, isBinary: false }
    const lines = drawDiffstat({ files: Array.from({ length: 100 }, () => file), isWhole: true }).split('\n')
    expect(lines).toHaveLength(21)
    expect(lines[0]).toBe(`a | +9000 -1000 ${'+'.repeat(18)}--`)
    const path = join(temporaryFolder(), 'changes.patch')
    writeFileSync(path, PATCH)
    const part = await diffstatOf(path, 300)
    expect(part?.isWhole).toBe(false)
    expect(drawDiffstat(part ?? { files: [], isWhole: true })).toMatch(/\n…$/)
    expect((await diffstatOf(path))?.isWhole).toBe(true)
  })

  it('is none of a patch that is not there, or of nothing', async () => {
    expect(await diffstatOf('/no/such/patch')).toBeNull()
    expect(drawDiffstat({ files: [], isWhole: true })).toBe('')
  })
})
