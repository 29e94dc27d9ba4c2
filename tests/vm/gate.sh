# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# A camera, "gate" at cam-both, under a policy that blocks a range; exemptions of
# it, and single frames of it. Sourced behind lib.sh.

VENDOR4=1.2.4.8 VENDOR6=2001:250::8	# exempted, in a blocked range
OTHER4=1.2.5.8				# in the same range, not exempted
ROUTER4=1.2.6.1 ROUTER6=2001:250:6::1	# on the way to it, blocked as well

ALL=1.2.0.0/16,2001:250::/32		# the range

gate() {
	cf camera add gate mac "${MAC[cam-both]}" addr "${ADDR4[cam-both]}" addr "${ADDR6[cam-both]}" \
		policy geoblock
}
gate_up() {
	module_load
	topology
	printf '%s\n' 1.2.0.0/16 2001:250::/32 >"$WORK/cn"
	cf set load cn "$WORK/cn"
	gate
}

# Every flow has a port of its own, so that none is another's answer.
PORT=42000
next() { PORT=$((PORT + 1)); }

# hole NAME FIELDS...: of the camera gate, for ever
hole() {
	local name=$1

	shift
	cf exemption add "$name" camera gate "$@" until permanent reason "tests" by tests
}

own_of() {
	if [[ $1 == *:* ]]; then echo "${ADDR6[cam-both]}"; else echo "${ADDR4[cam-both]}"; fi
}
# from_cam PROTO REMOTE CAMERA-PORT REMOTE-PORT, to_cam: one frame either way
from_cam() { echo "from=cam-both at=inet proto=$1 dst=$2 sport=$3 dport=$4"; }
to_cam() {
	echo "from=inet at=cam-both proto=$1 src=$2 dst=$(own_of "$2") sport=$4 dport=$3"
}
