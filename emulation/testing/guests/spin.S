@ Never ends.
  .include "guest.inc"
function reset
  nop
  b reset
end_function reset
