@ UDF.
  .include "guest.inc"
function reset
  nop
function faulting
  udf #1
  exit 0
end_function reset
