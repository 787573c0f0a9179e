/* Drives a core through its registers, C89. Yours to write are two functions: one access of 32 bits at a byte address. */
unsigned long drtp_read(unsigned offset);
void drtp_write(unsigned offset, unsigned long value);

#include "drtp_regs.h"

/* Commands are done when CTRL reads 0. */
void command(unsigned long bits)
{
    drtp_write(DRTP_CTRL_OFFSET, bits);
    while (drtp_read(DRTP_CTRL_OFFSET) & bits) { }
}

/* After reset: is it this core, and has it written its initial weights? */
int begin(void)
{
    if (drtp_read(DRTP_ID_OFFSET) != DRTP_ID_VALUE) return 0;
    while (!(drtp_read(DRTP_STATUS_OFFSET) & DRTP_STATUS_INIT_DONE_MASK)) { }
    return 1;
}

/* Halves the learning rate of layers 1 to `layers`; 0 if the core refused the set. Settings are shadows until apply. */
int decay(unsigned layers)
{
    unsigned k;
    command(DRTP_CTRL_FLUSH_MASK); /* apply is granted only when nothing is owed */
    for (k = 1; k <= layers; k++)
        drtp_write(DRTP_LAYER_SHIFT_OFFSET(k), drtp_read(DRTP_LAYER_SHIFT_OFFSET(k)) + 1);
    drtp_write(DRTP_IRQ_STATUS_OFFSET, DRTP_IRQ_STATUS_BAD_CONFIG_MASK);
    drtp_write(DRTP_CTRL_OFFSET, DRTP_CTRL_APPLY_MASK);
    return !(drtp_read(DRTP_IRQ_STATUS_OFFSET) & DRTP_IRQ_STATUS_BAD_CONFIG_MASK);
}

/* Begins anew: weights and noise from the seeds, counters at zero. */
void restart(void)
{
    command(DRTP_CTRL_CLEAR_MASK | DRTP_CTRL_INIT_MASK);
}

/* Reads `words` words of one lane's bank (output: 0 hidden, 1 output) into `to`; nothing may be owed: flush first. */
void weights(unsigned output, unsigned lane, unsigned words, unsigned long *to)
{
    unsigned n;
    drtp_write(DRTP_W_ADDR_OFFSET,
        (unsigned long)output << DRTP_W_ADDR_OUTPUT_SHIFT | (unsigned long)lane << DRTP_W_ADDR_LANE_SHIFT);
    for (n = 0; n < words; n++) to[n] = drtp_read(DRTP_W_DATA_OFFSET);
}
