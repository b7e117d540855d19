import { describe, expect, it } from 'vitest'
import { accountOf } from '../../../src/container/user/account.ts'

const user = (uid: number, gid: number) => ({ option: `${uid}:${gid}`, uid, gid })
const IMAGE = {
  passwd: 'root:x:0:0::/:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
  group: 'root:x:0:\nnode:x:1000:\n',
}

describe('accountOf (FID-3)', () => {
  it('is the image’s own where it has one', () => {
    expect(accountOf(user(1000, 1000), IMAGE, null)).toEqual({ name: 'node', files: [] })
  })

  it('adds what the image lacks, with the HOME that the task has', () => {
    expect(accountOf(user(1001, 127), IMAGE, '/my home')).toEqual({
      name: 'runner',
      files: [
        { path: '/etc/passwd', content: `${IMAGE.passwd}runner:x:1001:127:runner:/my home:/bin/sh\n` },
        { path: '/etc/group', content: `${IMAGE.group}runner:x:127:\n` },
      ],
    })
    expect(accountOf(user(1000, 127), IMAGE, null).files).toEqual([
      { path: '/etc/group', content: `${IMAGE.group}runner:x:127:\n` },
    ])
  })

  it('makes the files of an image without any, and ends a last line', () => {
    expect(accountOf(user(7, 8), { passwd: '', group: 'a:x:1:' }, 'x:y')).toEqual({
      name: 'runner',
      files: [
        { path: '/etc/passwd', content: 'runner:x:7:8:runner:/run/acode/home:/bin/sh\n' },
        { path: '/etc/group', content: 'a:x:1:\nrunner:x:8:\n' },
      ],
    })
  })

  it('takes no name that is another’s', () => {
    const passwd = 'runner:x:500:500::/:/bin/sh\n'
    expect(accountOf(user(7, 8), { passwd, group: 'runner:x:500:\n' }, null)).toMatchObject({
      name: 'runner-7',
      files: [
        { content: expect.stringContaining('\nrunner-7:x:7:8:') },
        { content: expect.stringContaining('\nrunner-8:x:8:') },
      ],
    })
  })
})
