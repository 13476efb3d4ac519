"""Program disturb.

Devices of an array whose row is off, while another row of their column is written: their bit line follows its pulses or
stays at ground, their source line follows the RESET pulse. What moves a state are the edges, which charge the node
behind the device through it. How far one such write moves each state, and after how many the resistance has changed by
a tenth.
"""

ORDER = 59
