@ An exit code keeps its low byte only.
  .include "guest.inc"
function reset
  exit 0x107
end_function reset
