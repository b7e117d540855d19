import { describe, expect, it } from 'vitest'
import { OPTIONS } from '../../../src/container/options/option-policies.ts'
import {
  droppedOptions as droppedIn,
  type OptionsContext,
  parseOptions as parseIn,
} from '../../../src/container/options/options.ts'
import { failureOf } from '../../support/failures.ts'

const STRICT: OptionsContext = { profile: 'strict', network: 'task' }
const STANDARD: OptionsContext = { ...STRICT, profile: 'standard' }
const PRIVILEGED: OptionsContext = { ...STRICT, profile: 'privileged' }
const parseOptions = (text: string) => parseIn(text, STRICT)
const droppedOptions = (text: string) => droppedIn(text, STRICT)

describe('parseOptions lets through', () => {
  it.each([
    ['', []],
    ['  \n ', []],
    ['--dns 1.1.1.1', ['--dns', '1.1.1.1']],
    ['--dns=1.1.1.1', ['--dns', '1.1.1.1']],
    ['--dns 1.1.1.1\n--dns 8.8.8.8', ['--dns', '1.1.1.1', '--dns', '8.8.8.8']],
    ['--hostname "a b"', ['--hostname', 'a b']],
    ["--health-cmd='curl -f http://x || exit 1'", ['--health-cmd', 'curl -f http://x || exit 1']],
    ['--ulimit nofile=1024:2048', ['--ulimit', 'nofile=1024:2048']],
    ['-h build', ['--hostname', 'build']],
    ['-hbuild', ['--hostname', 'build']],
    ['-h=build', ['--hostname', 'build']],
    ['-P', ['--publish-all']],
    ['-Pp 80:80', ['--publish-all', '--publish', '80:80']],
    ['--no-healthcheck --tmpfs /x', ['--no-healthcheck', '--tmpfs', '/x']],
    ['--hostname $NAME', ['--hostname', '$NAME']],
    ['--cap-drop *', ['--cap-drop', '*']],
    ['--ipc private --cgroupns private', ['--ipc', 'private', '--cgroupns', 'private']],
    ['--hostname --privileged', ['--hostname', '--privileged']],
    ['--hostname ""', ['--hostname', '']],
    ['--hostname ${X', ['--hostname', '${X']],
    [`--hostname "x\${A}b"`, ['--hostname', `x\${A}b`]],
    ['--hostname \'a \\ "b"\'', ['--hostname', 'a \\ "b"']],
    ['--hostname "a \\" \\$X \\x"', ['--hostname', 'a " $X \\x']],
    ['--hostname a\\ b', ['--hostname', 'a b']],
    ['--hostname a{b,c}*?[d]~', ['--hostname', 'a{b,c}*?[d]~']],
    ['--hostname a#b', ['--hostname', 'a#b']],
    ['\\\n--dns x', ['--dns', 'x']],
    ['--dns 1.1.1.1 \\\n  --hostname x', ['--dns', '1.1.1.1', '--hostname', 'x']],
    ['--dns 1.1.1.1 \\\r\n  --hostname x\r\n', ['--dns', '1.1.1.1', '--hostname', 'x']],
    ['--rm -it --init --dns 1.1.1.1 -i=false -Pt --tty=true -q', ['--dns', '1.1.1.1', '--publish-all']],
    ['--sysctl net.core.somaxconn=1024', ['--sysctl', 'net.core.somaxconn=1024']],
    ['--sysctl kernel.shmmax=1', ['--sysctl', 'kernel.shmmax=1']],
    ['--storage-opt size=10G', ['--storage-opt', 'size=10G']],
  ])('%j', (text, args) => {
    expect(parseOptions(text)).toEqual(args)
  })
})

describe('parseOptions refuses what breaks isolation (ACODE-CTN-011)', () => {
  it.each([
    '--tmpfs /run/./acode',
    '--tmpfs=/tmp/../run/acode:size=1m',
    '--tmpfs //run//',
    '--tmpfs run/acode/x',
    '--privileged',
    '--privileged=true',
    '--privileged=false',
    '"--privileged"',
    "'--privi'leged",
    '\\--privileged',
    '--dns 1.1.1.1 --privileged',
    '--dns=1.1.1.1\n--privileged',
    '--pid=host',
    '--pid host',
    '--pid="host"',
    '--pid container:other',
    '--ipc=host',
    '--ipc host',
    '--ipc container:other',
    '--ipc ns:/proc/1/ns/ipc',
    '--uts=host',
    '--uts ns:/proc/1/ns/uts',
    '--userns host',
    '--userns container:other',
    '--cgroupns=host',
    '--cgroup-parent /',
    '--cap-add ALL',
    '--cap-add=SYS_ADMIN',
    '--device /dev/sda',
    '--device=/dev/kmsg:/dev/kmsg',
    "--device-cgroup-rule='c 1:3 rwm'",
    '--security-opt seccomp=unconfined',
    '--security-opt=apparmor=unconfined',
    '--volumes-from other',
    '--link other',
    '--use-api-socket',
    '--oom-kill-disable',
    '--restart always',
    '--annotation run.oci.keep_original_groups=1',
    '--group-add 999',
    '--group-add=docker',
    '--group-add keep-groups',
    '--cpu-rt-runtime 950000',
    '--cpu-rt-period=1000000',
    '--ulimit rtprio=99',
    '--ulimit=rtprio=99:99',
    '--ulimit nice=40',
    '--ulimit " RTPRIO=99"',
    '--sysctl kernel.core_pattern=/x',
    '--sysctl=vm.overcommit_memory=1',
    '--sysctl kernel.msgmax2/../core_pattern=x --sysctl kernel.panic=1',
    '--storage-opt dm.mountopt=x',
    '--isolation process',
    '--cpu-count 1',
  ])('%s', async (text) => {
    const failure = await failureOf(() => parseOptions(text))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toMatch(
      /^The option --[a-z-]+.* is refused: .+\. Remove it from options(; profile: \w+ takes it.*)?\.$/,
    )
  })
})

describe('parseOptions refuses what the action owns, and says what to use', () => {
  it.each([
    ['-v/var/run/docker.sock:/x', 'inputs mounts and cache-volumes'],
    ['-v /var/run/docker.sock:/x', 'inputs mounts and cache-volumes'],
    ['-v=/var/run/docker.sock:/x', 'inputs mounts and cache-volumes'],
    ['--volume=/:/host', 'inputs mounts and cache-volumes'],
    ['-Pv/:/host', 'inputs mounts and cache-volumes'],
    ['--mount type=bind,source=/,target=/host', 'input mounts'],
    ['--volume-driver local', 'input cache-volumes'],
    ['-u 0', 'input user'],
    ['-u0', 'input user'],
    ['--user root', 'input user'],
    ['-e TOKEN=hunter2', 'input env'],
    ['--env=TOKEN=hunter2', 'input env'],
    ['--env-file /etc/passwd', 'input env'],
    ['--net host', 'input network'],
    ['--network=container:other', 'input network'],
    ['--name other', 'inputs session-id and task-id'],
    ['-l acode.owner=me', 'input labels'],
    ['--label-file x', 'input labels'],
    ['--entrypoint sh', 'input entrypoint'],
    ['-w /', 'input working-directory'],
    ['-m 1g', 'input memory'],
    ['--memory-swap=-1', 'input memory'],
    ['--pids-limit -1', 'input pids-limit'],
    ['--cpus 1', 'input cpus'],
    ['--gpus all', 'input gpus'],
    ['--runtime runc', 'input runtime'],
    ['--pull always', 'input pull'],
    ['--read-only', 'input read-only'],
    ['--rm=false', 'always removed'],
    ['--init=false', 'input init'],
    ['--log-driver json-file', 'keeps the log'],
    ['--stop-timeout 600', 'input stop-grace'],
    ['--cidfile /x', 'output container-id'],
    ['--oom-score-adj -1000', 'the task ends before the runner'],
    ['--link-local-ip 169.254.1.1', 'metadata address'],
    ['--kernel-memory 1g', 'input memory'],
    ['--disable-content-trust', 'input pull'],
  ])('%s', async (text, use) => {
    const failure = await failureOf(() => parseOptions(text))
    expect(failure.code).toBe('ACODE-CTN-006')
    expect(failure.message).toContain(use)
    expect(failure.message).not.toContain('hunter2')
  })
})

describe('parseOptions refuses what it does not know', () => {
  it.each([
    ['--privileged2', '--privileged2 is unknown; did you mean privileged?'],
    ['--hostnam x', '--hostnam is unknown; did you mean hostname?'],
    ['--constructor', '--constructor is unknown'],
    ['--entirely-new-option', '--entirely-new-option is unknown'],
    ['--PRIVILEGED', '"--PRIVILEGED" is no option'],
    ['alpine', '"alpine" is no option'],
    ['--', '"--" is no option'],
    ['-', '"-" is no option'],
    ['""', '"" is no option'],
    ['-Z', '"-Z" is no option'],
    ['$OPTIONS', '"$OPTIONS" is no option'],
    ['--dns', '--dns needs a value'],
    ['--hostname "a', 'a " is not closed'],
    ["--hostname it's", "a ' is not closed"],
    ['--hostname a\\', 'ends with a \\'],
    ['--no-healthcheck=true', '--no-healthcheck takes no value'],
    ['--dns x; id', '; has a meaning only in a shell'],
    ['--dns x && id', '&& has a meaning only in a shell'],
    ['--dns x | id', '| has a meaning only in a shell'],
    ['--dns x > /x', '> has a meaning only in a shell'],
    ['--dns $(id)', 'has a meaning only in a shell'],
    ['--dns x # comment', '# has a meaning only in a shell'],
  ])('%j', async (text, message) => {
    const failure = await failureOf(() => parseOptions(text))
    expect(failure.code).toBe('ACODE-CTN-006')
    expect(failure.message).toContain(message)
  })
})

/** The options of `docker create` from 20.10 to 29, those that its help leaves out included. */
const OF_DOCKER =
  `add-host annotation attach blkio-weight blkio-weight-device cap-add cap-drop cgroup-parent cgroupns
cidfile cpu-count cpu-percent cpu-period cpu-quota cpu-rt-period cpu-rt-runtime cpu-shares cpus cpuset-cpus cpuset-mems
device device-cgroup-rule device-read-bps device-read-iops device-write-bps device-write-iops disable-content-trust dns
dns-opt dns-option dns-search domainname entrypoint env env-file expose gpus group-add health-cmd health-interval
health-retries health-start-interval health-start-period health-timeout hostname init interactive io-maxbandwidth
io-maxiops ip ip6 ipc isolation kernel-memory label label-file link link-local-ip log-driver log-opt mac-address memory
memory-reservation memory-swap memory-swappiness mount name net net-alias network network-alias no-healthcheck
oom-kill-disable oom-score-adj pid pids-limit platform privileged publish publish-all pull quiet read-only restart rm
runtime security-opt shm-size stop-signal stop-timeout storage-opt sysctl tmpfs tty ulimit use-api-socket user userns
uts volume volume-driver volumes-from workdir`.split(/\s+/)

describe('the table of options', () => {
  it('decides each option of docker create, and no others', () => {
    expect(Object.keys(OPTIONS).sort()).toEqual([...OF_DOCKER].sort())
  })

  it.each(Object.entries(OPTIONS))('does with --%s what it says, and says why', async (name, policy) => {
    const given = () => parseOptions(`--${name} size=1`)
    if (policy.kind === 'allowed') {
      expect(policy.why).toMatch(/^\S.{10,}$/)
      if (policy.value && !policy.refuse) expect(given()).toEqual([`--${name}`, 'size=1'])
      for (const { from } of policy.refuse ?? []) expect([null, 'standard', 'privileged']).toContain(from)
    } else {
      const isSo = policy.kind === 'owned' ? policy.isSo : undefined
      if (isSo)
        expect(droppedOptions(isSo.map((one) => `--${name}=${one}`).join(' '))).toHaveLength(isSo.length)
      const failure = await failureOf(isSo ? () => parseOptions(`--${name}=2`) : given)
      expect(failure.code).toBe(policy.kind === 'refused' ? 'ACODE-CTN-011' : 'ACODE-CTN-006')
      expect(failure.message).toContain(policy.kind === 'refused' ? policy.why : policy.use)
    }
  })
})

describe('FID-6 profile standard takes what acts inside the container', () => {
  it.each([
    '--cap-add SYS_PTRACE',
    '--cap-add=CAP_NET_ADMIN',
    '--cap-add net_raw',
    '--cap-add IPC_LOCK',
    '--device /dev/fuse',
    '--device=/dev/kvm:/dev/kvm:rw',
    '--device /dev/net/tun',
  ])('%s, and strict does not', async (text) => {
    expect(parseIn(text, STANDARD).join(' ')).toBe(text.replace('=', ' '))
    const failure = await failureOf(() => parseOptions(text))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toContain('profile: standard takes it')
  })

  it.each([
    '--cap-add SYS_ADMIN',
    '--cap-add ALL',
    '--cap-add cap_sys_module',
    '--cap-add SYS_TIME',
    '--cap-add SYS_NICE',
    '--cap-add DAC_READ_SEARCH',
    '--cap-add MKNOD',
    '--cap-add setfcap',
    '--cap-add constructor',
    '--device /dev/sda',
    '--device /dev/fuse:/etc/passwd',
    '--device /dev/kvm/../sda',
    '--device vendor.com/gpu=all',
    '--privileged',
  ])('%s only privileged does', async (text) => {
    const failure = await failureOf(() => parseIn(text, STANDARD))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(failure.message).toContain('profile: privileged takes it')
    expect(parseIn(text, PRIVILEGED).join(' ')).toBe(text)
  })

  it.each(['NET_ADMIN', 'cap_net_raw'])('%s not on the network of the host', async (capability) => {
    const host = { ...STANDARD, network: 'host' }
    const failure = await failureOf(() => parseIn(`--cap-add ${capability}`, host))
    expect(failure.code).toBe('ACODE-CTN-011')
    expect(parseIn(`--cap-add ${capability}`, { ...host, profile: 'privileged' })).toHaveLength(2)
  })
})

describe('FID-6 profile privileged', () => {
  it.each([
    '--pid host',
    '--ipc host',
    '--userns host',
    '--cgroupns host',
    '--security-opt seccomp=unconfined',
    '--volumes-from other',
    '--group-add 999',
    '--cgroup-parent /x',
    '--annotation a=b',
    '--device-cgroup-rule "c 1:3 rwm"',
    '--ulimit rtprio=99',
    '--sysctl kernel.panic=1',
    '--oom-kill-disable --use-api-socket',
  ])('takes %s', (text) => {
    expect(parseIn(text, PRIVILEGED)).toEqual(
      text.split(/ (?![^"]*"$)/).map((word) => word.replaceAll('"', '')),
    )
  })

  it.each(['--restart always', '--isolation process', '--tmpfs /run/acode'])(
    'does not take %s, which no profile does',
    async (text) => {
      const failure = await failureOf(() => parseIn(text, PRIVILEGED))
      expect(failure.code).toBe('ACODE-CTN-011')
      expect(failure.message).toMatch(/Remove it from options\.$/)
    },
  )
})
