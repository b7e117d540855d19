#!/usr/bin/env bash
# For your own runners: clean up after earlier jobs before a job's first step, so that its checkout does not stop at
# files of root's which a task that was killed together with its post step left in a shared workspace.
#
#   ACTIONS_RUNNER_HOOK_JOB_STARTED=/opt/acode-task-container/hooks/job-started.sh     in the .env of the runner
#
# It never fails a job.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Node.js comes with the runner, whose Runner.Worker has started us.
worker=$(readlink "/proc/$PPID/exe" 2>/dev/null) || worker=''
node=${worker%/bin*/*}/externals/node24/bin/node
[[ -x $node ]] || node=$(command -v node) || node=''

if [[ -z $node ]]; then
  echo 'No Node.js was found next to this runner or on PATH: nothing is cleaned up before this job.'
else
  ACODE_HOOK=job-started "$node" "$here/../dist/post/index.js" ||
    echo 'Cleaning up before this job failed; the job goes on.'
fi
exit 0
