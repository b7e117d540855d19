import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProcessIdentity } from '../../../src/host/identity.ts'
import { type Claim, parseOwner, verdictOf, type Witness } from '../../../src/ownership/orphans.ts'
import { FUZZ_TIMEOUT_MS, fuzzed } from '../../support/fuzz.ts'

const SELF = { host: 'h/1', boot: 'boot-2', pidNamespace: 'pid:[1]', pid: 100, start: '5000' }
const OWNER = { ...SELF, pid: 200, start: '6000' }
const NOW = 1_700_000_000
const LATER = NOW + 60
const BOOT = NOW - 3600
const ID = 'c0'.repeat(32)

/** A machine on which these processes run, with their start times; null: hidden from us. */
const witness = (
  processes: Record<number, string | null> = {},
  self: Partial<ProcessIdentity> = {},
): Witness => ({
  self: { ...SELF, ...self },
  nowSeconds: NOW,
  bootSeconds: BOOT,
  startTime: (pid) => processes[pid] ?? null,
  exists: (pid) => pid in processes,
})

const orphan = (reason: string) => ({ kind: 'orphan', reason })
const alive = { kind: 'alive' }
const unproven = { kind: 'unproven', reason: expect.any(String) }

describe('verdictOf (CTN-11, interface.md, "Orphan")', () => {
  it.each([
    ['the owner lives', { owner: OWNER, deadline: LATER }, witness({ 200: '6000' }), alive],
    [
      'the owner lives and there is no deadline',
      { owner: OWNER, deadline: null },
      witness({ 200: '6000' }),
      alive,
    ],
    ['the owner is ourselves', { owner: SELF, deadline: LATER }, witness({ 100: '5000' }), alive],
    ['the owner is gone', { owner: OWNER, deadline: LATER }, witness(), orphan('owner-dead')],
    [
      'another process has its id now',
      { owner: OWNER, deadline: LATER },
      witness({ 200: '6001' }),
      orphan('owner-dead'),
    ],
    ['the owner is hidden from us', { owner: OWNER, deadline: LATER }, witness({ 200: null }), unproven],
    [
      'the machine was started anew since',
      { owner: { ...OWNER, boot: 'boot-1' }, deadline: LATER, created: BOOT - 60 },
      witness({ 200: '6000' }),
      orphan('earlier-boot'),
    ],
    [
      'another machine of this name made it after this one was started',
      { owner: { ...OWNER, boot: 'boot-1' }, deadline: LATER, created: BOOT + 60 },
      witness(),
      unproven,
    ],
    [
      'another machine of this name made it before this one was started',
      { owner: { ...OWNER, boot: 'boot-1', machine: 'cards-1' }, deadline: LATER, created: BOOT - 60 },
      witness({}, { machine: 'cards-2' }),
      unproven,
    ],
    [
      'this very machine made it before it was started',
      { owner: { ...OWNER, boot: 'boot-1', machine: 'cards-1' }, deadline: LATER, created: BOOT - 60 },
      witness({}, { machine: 'cards-1' }),
      orphan('earlier-boot'),
    ],
    [
      'it is of another boot and it is not known when it was made',
      { owner: { ...OWNER, boot: 'boot-1' }, deadline: LATER, created: null },
      witness(),
      unproven,
    ],
    [
      'the owner lives and the deadline has passed',
      { owner: OWNER, deadline: NOW - 1 },
      witness({ 200: '6000' }),
      alive,
    ],
    [
      'the owner is hidden from us and the deadline has passed',
      { owner: OWNER, deadline: NOW - 1 },
      witness({ 200: null }),
      orphan('past-deadline'),
    ],
    [
      'the owner’s container is gone',
      { owner: { ...OWNER, host: 'c', container: ID }, deadline: LATER, ownerContainer: 'ended' as const },
      witness(),
      orphan('owner-container-ended'),
    ],
    [
      'the owner’s container runs',
      { owner: { ...OWNER, host: 'c', container: ID }, deadline: LATER, ownerContainer: 'runs' as const },
      witness(),
      unproven,
    ],
    [
      'the owner’s container runs and is of another boot’s name',
      {
        owner: { ...OWNER, boot: 'boot-1', container: ID },
        deadline: LATER,
        created: BOOT - 60,
        ownerContainer: 'runs' as const,
      },
      witness(),
      unproven,
    ],
    [
      'the owner’s container is not known to be gone',
      { owner: { ...OWNER, host: 'c', container: ID }, deadline: LATER },
      witness(),
      unproven,
    ],
    [
      'the owner lives in a container that the engine does not know',
      { owner: { ...OWNER, container: ID }, deadline: LATER, ownerContainer: 'ended' as const },
      witness({ 200: '6000' }),
      alive,
    ],
    ['the deadline is now', { owner: OWNER, deadline: NOW }, witness({ 200: '6000' }), alive],
    [
      'the deadline of another host’s has passed',
      { owner: { ...OWNER, host: 'other' }, deadline: NOW - 1 },
      witness(),
      orphan('past-deadline'),
    ],
    [
      'the deadline of one without an owner has passed',
      { owner: null, deadline: NOW - 1 },
      witness(),
      orphan('past-deadline'),
    ],
    ['another host’s', { owner: { ...OWNER, host: 'other' }, deadline: LATER }, witness(), unproven],
    [
      'another host’s of another boot',
      { owner: { ...OWNER, host: 'other', boot: 'boot-1' }, deadline: LATER },
      witness(),
      unproven,
    ],
    [
      'another pid namespace’s',
      { owner: { ...OWNER, pidNamespace: 'pid:[2]' }, deadline: LATER },
      witness(),
      unproven,
    ],
    [
      'an unknown pid namespace’s',
      { owner: { ...OWNER, pidNamespace: null }, deadline: LATER },
      witness({}, {}),
      unproven,
    ],
    ['no boot id in the label', { owner: { ...OWNER, boot: null }, deadline: LATER }, witness(), unproven],
    [
      'no start time in the label',
      { owner: { ...OWNER, start: null }, deadline: LATER },
      witness(),
      unproven,
    ],
    ['no owner', { owner: null, deadline: LATER }, witness(), unproven],
    ['no owner and no deadline', { owner: null, deadline: null }, witness(), unproven],
  ])('%s', (_, container, from, verdict) => {
    expect(verdictOf(container, from)).toEqual(verdict)
  })

  it('proves nothing when this system has no boot id', () => {
    const blind: Witness = { ...witness(), self: { ...SELF, boot: null, pidNamespace: null } }
    expect(
      verdictOf({ owner: { ...OWNER, boot: null, pidNamespace: null }, deadline: LATER }, blind),
    ).toEqual(unproven)
  })
})

/** A machine: its name, which others may share, its network cards, which they do not, and its present boot. */
interface Machine {
  readonly host: string
  readonly cards: string
  readonly boots: readonly { readonly id: string; readonly from: number; readonly to: number }[]
}

/** Seconds since the start of the world; the present is at its end. */
const END = 1_000_000
const DAY = 86_400

const time = fc.integer({ min: 0, max: END })
const machines = fc
  .array(
    fc.record({
      host: fc.constantFrom('runner/1', 'other/1'),
      starts: fc.uniqueArray(time, { minLength: 1, maxLength: 3 }),
    }),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((all) =>
    all.map(({ host, starts }, number): Machine => {
      const sorted = starts.toSorted((a, b) => a - b)
      const boots = sorted.map((from, index) => ({
        id: `boot-${number}-${index}`,
        from,
        to: sorted[index + 1] ?? Number.POSITIVE_INFINITY,
      }))
      return { host, cards: `cards-${number}`, boots }
    }),
  )

/** A container in a random world, and a process that finds it; with what is true of its owner. */
const worlds = fc
  .record({
    machines,
    /** Which machine, boot and pid namespace the owner and the witness are in. */
    owner: fc.record({ machine: fc.nat(), boot: fc.nat(), space: fc.constantFrom('host', 'inner') }),
    witness: fc.record({ machine: fc.nat(), space: fc.constantFrom('host', 'inner') }),
    created: fc.double({ min: 0, max: 1, noNaN: true }),
    lives: fc.boolean(),
    /** Whether the owner’s id is another process’s now. */
    reused: fc.boolean(),
    hidden: fc.boolean(),
    ownContainer: fc.constantFrom('none', 'known', 'unknown'),
    longest: fc.integer({ min: 1, max: DAY }),
    /** By how much the witness’s clock is wrong: at any time it can be set. */
    ahead: fc.integer({ min: -30 * DAY, max: 30 * DAY }),
    readable: fc.boolean(),
  })
  .map((given) => {
    const of = (index: number) => given.machines[index % given.machines.length] as Machine
    const home = of(given.owner.machine)
    const boot = home.boots[given.owner.boot % home.boots.length] as Machine['boots'][number]
    const until = Math.min(boot.to, END)
    const created = boot.from + given.created * (until - boot.from)
    const deadline = created + given.longest
    // No owner lives longer than its boot, and none that lives is past the deadline that it gave itself.
    const lives = given.lives && boot.to > END && deadline > END
    const inContainer = given.owner.space === 'inner' && given.ownContainer !== 'none'
    const owner: ProcessIdentity = {
      ...{ host: home.host, boot: boot.id, pidNamespace: given.owner.space, pid: 200, start: '6000' },
      ...{ machine: home.cards, container: inContainer ? ID : null },
    }
    const here = of(given.witness.machine)
    const present = here.boots.at(-1) as Machine['boots'][number]
    const isHere = here === home && present === boot && given.witness.space === given.owner.space
    const start = isHere && lives ? '6000' : given.reused ? '7000' : null
    const isThere = start !== null
    const witness: Witness = {
      self: {
        ...owner,
        host: here.host,
        boot: present.id,
        pidNamespace: given.witness.space,
        machine: here.cards,
        pid: 100,
      },
      // As gathered: the engine's clock is right, and the earlier of the two counts.
      nowSeconds: Math.min(END, END + given.ahead),
      bootSeconds: present.from + given.ahead,
      startTime: () => (given.hidden ? null : start),
      exists: () => isThere,
    }
    const claim: Claim = {
      owner: given.readable ? owner : null,
      deadline,
      created: created + given.ahead,
      ownerContainer: inContainer && given.ownContainer === 'known' ? (lives ? 'runs' : 'ended') : null,
    }
    return {
      claim,
      witness,
      lives,
      isHere,
      given,
      isEarlier: here === home && present !== boot,
      created,
      present,
    }
  })

describe('verdictOf, in random worlds of machines that share names, boots, pid namespaces and clocks (CTN-11)', () => {
  it(
    'never removes what may be alive',
    () => {
      fc.assert(
        fc.property(worlds, ({ claim, witness, lives }) => {
          fc.pre(lives)
          expect(verdictOf(claim, witness).kind).not.toBe('orphan')
        }),
        fuzzed(2_000),
      )
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'always removes what is proven dead',
    () => {
      fc.assert(
        fc.property(worlds, ({ claim, witness, lives, isHere, given, isEarlier, created, present }) => {
          fc.pre(!lives && claim.owner !== null)
          const isSeenDead = isHere && !(given.hidden && given.reused)
          const isOfEarlierBoot = isEarlier && created < present.from - 5 && claim.ownerContainer !== 'runs'
          const isPast = (claim.deadline ?? 0) < witness.nowSeconds
          fc.pre(isSeenDead || isOfEarlierBoot || claim.ownerContainer === 'ended' || isPast)
          expect(verdictOf(claim, witness).kind).toBe('orphan')
        }),
        fuzzed(2_000),
      )
    },
    FUZZ_TIMEOUT_MS,
  )
})

describe('parseOwner', () => {
  it.each([
    [JSON.stringify(OWNER), OWNER],
    [
      JSON.stringify({ ...OWNER, boot: null, pidNamespace: null, start: null }),
      { ...OWNER, boot: null, pidNamespace: null, start: null },
    ],
    ['', null],
    ['null', null],
    ['not JSON', null],
    ['[]', null],
    ['{}', null],
    [JSON.stringify({ ...OWNER, pid: 0 }), null],
    [JSON.stringify({ ...OWNER, pid: -1 }), null],
    [JSON.stringify({ ...OWNER, pid: 1.5 }), null],
    [JSON.stringify({ ...OWNER, pid: '200' }), null],
    [JSON.stringify({ ...OWNER, host: null }), null],
    [JSON.stringify({ ...OWNER, container: ID, machine: 'm' }), { ...OWNER, container: ID, machine: 'm' }],
    [JSON.stringify({ ...OWNER, container: '--all' }), null],
  ])('of %s', (label, owner) => {
    expect(parseOwner(label)).toEqual(owner)
  })
})
