"""What is not worth a mutant in C++: words for people, whose every letter no test needs to hold."""

from __future__ import annotations

import re

# Functions whose bodies are left out.
BODIES = re.compile(r"(Describe|Explain|Help|Usage|Message|Hint|Remedy)\w*|Print\w*|\w*(Text|Error|Message|Title|Name|Names)"
                    r"|operator<<|Add[A-Z]\w*Options?|WriteTo\w*")
# Callees whose arguments are left out, and which as statements are not left out.
CALLS = re.compile(r"(format|format_to|print|println|printf|fprintf|snprintf|puts|fputs|perror|reserve|shrink_to_fit|fflush)"
                   r"|\w*Error|Describe\w*|Fail|Warn\w*|Log\w*|Say\w*|assert|abort|terminate|unreachable|description|footer|help")
