using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Cpu;

/// <summary>What it takes to wake, to nest and to return, in time and in cycles.</summary>
public sealed class WakeUpTests
{
    private const uint Wdtctl = 0x015C;
    private const uint Port1 = 0xFFDE;
    private const uint Timer = 0xFFEA;
    private const ushort Nop = 0x4303;
    private const ushort Eint = 0xD232;
    private const ushort Reti = 0x1300;
    private const ushort JumpToSelf = 0x3FFF;
    private const long Microsecond = SimTime.PicosecondsPerMicrosecond;

    // DCO at 8 MHz divided by 8, as after reset: 1 us a cycle of MCLK, 125 ns one of the DCO.
    [Theory]
    [InlineData(0x10, 0, 400_000 + (125_000 * 3 / 2))]
    [InlineData(0x50, 1, 6_000_000)]
    [InlineData(0x90, 2, 6_000_000)]
    [InlineData(0xD0, 3, 6_600_000 + (125_000 * 2))]
    [InlineData(0xF0, 4, 6_600_000 + (125_000 * 2))]
    public void Waking_takes_the_data_sheets_time_and_then_six_cycles(ushort bits, int mode, long picoseconds)
    {
        using Device device = Sleeper(bits, Nop);
        SimTime asleep = device.Now;
        long cycles = device.Cycles;
        device.Interrupts.Request(Port1);

        device.Step();

        Assert.Equal(0x5000u, device.ProgramCounter);
        Assert.Equal(6, device.Cycles - cycles);
        Assert.Equal(picoseconds + (6 * Microsecond), (device.Now - asleep).Picoseconds);
        Assert.Equal(picoseconds, device.Ledger.WakePicoseconds);
        Assert.Equal(1, device.Ledger.WakeUps[mode]);
    }

    [Fact]
    public void The_FR5969_takes_a_little_longer()
    {
        using Device device = Sleeper(0xD0, "msp430fr5969", Nop);
        SimTime asleep = device.Now;
        device.Interrupts.Request(Port1);

        device.Step();

        Assert.Equal(7_250_000 + (6 * Microsecond), (device.Now - asleep).Picoseconds);
    }

    [Fact]
    public void An_interrupt_that_waits_when_the_CPU_goes_to_sleep_wakes_it_again()
    {
        using Device device = WithHandler(Nop);
        Machine.Put(device, Machine.Code, 0xD032, 0x0018, Nop); // BIS #LPM0+GIE,SR
        device.Interrupts.Request(Port1);

        device.Step();
        device.Step();

        Assert.Equal(0x5000u, device.ProgramCounter);
        Assert.Equal(1, device.Ledger.WakeUps[0]);
        Assert.Equal((2 + 6) * Microsecond + 587_500, device.Now.Picoseconds);
    }

    // The watchdog runs on SMCLK and keeps it alive: the chip never leaves LPM1, wakes faster, and pays for it.
    [Fact]
    public void A_peripheral_that_needs_SMCLK_keeps_LPM3_at_LPM1()
    {
        using Device device = Sleeper(0xD0, Nop);
        device.Registers.WriteWord(Wdtctl, 0x5A1A); // interval, SMCLK / 8192, cleared
        Assert.Equal(3, device.LowPowerMode);
        device.Run(until: device.Now + SimTime.FromMilliseconds(1));
        Assert.Equal(1, device.EffectiveLowPowerMode);
        Assert.Equal(SimTime.PicosecondsPerMillisecond, device.Ledger.SleepPicoseconds[1]);
        device.Interrupts.Request(Port1);
        SimTime asked = device.Now;

        device.Step();

        Assert.Equal(12 * Microsecond, (device.Now - asked).Picoseconds);
        Assert.Equal(1, device.Ledger.WakeUps[1]);
    }

    [Fact]
    public void Of_several_interrupts_that_come_while_the_CPU_wakes_the_highest_is_taken()
    {
        using Device device = Sleeper(0xD0, JumpToSelf);
        device.PokeWord(Timer, 0x5100);
        Machine.Put(device, 0x5100, Nop);
        ScheduledEvent late = device.Scheduler.Register("late", _ => device.Interrupts.Request(Timer));
        late.At(device.Now + SimTime.FromMicroseconds(3));
        device.Interrupts.Request(Port1);

        device.Step();

        Assert.Equal(0x5100u, device.ProgramCounter);
        Assert.Equal(1, device.Ledger.WakeUps[3]);
    }

    [Fact]
    public void A_request_that_is_withdrawn_while_the_CPU_wakes_lets_it_sleep_on()
    {
        using Device device = Sleeper(0xD0, JumpToSelf);
        ScheduledEvent withdrawn = device.Scheduler.Register("withdrawn", _ => device.Interrupts.Clear(Port1));
        withdrawn.At(device.Now + SimTime.FromMicroseconds(3));
        device.Interrupts.Request(Port1);

        Assert.Equal(StopReason.Parked, device.Run());

        Assert.True(device.IsAsleep);
        Assert.Equal(0, device.Ledger.Interrupts);
        Assert.Equal(6_850_000, device.Ledger.WakePicoseconds);
    }

    [Fact]
    public void RETI_goes_back_to_sleep_and_takes_five_cycles()
    {
        using Device device = Sleeper(0xD0, Reti);
        long cycles = device.Cycles;
        SimTime asleep = device.Now;
        device.Interrupts.Request(Port1);
        device.Step();
        device.Interrupts.Clear(Port1);

        Assert.Equal(StopReason.Parked, device.Run());

        Assert.Equal(6 + 5, device.Cycles - cycles);
        Assert.Equal(6_850_000 + (11 * Microsecond), (device.Now - asleep).Picoseconds);
        Assert.True(device.IsAsleep);
    }

    // RETI sets GIE as EINT does: an interrupt that never goes away slows a program down but does not stop it.
    [Fact]
    public void Between_two_interrupts_one_instruction_of_the_program_runs()
    {
        using Device device = WithHandler(Reti);
        device.PokeWord(Timer, 0x5000);
        Machine.Put(device, Machine.Code, Eint, Nop, 0x5317, JumpToSelf); // INC R7
        device.Interrupts.Request(Port1);
        device.Interrupts.Request(Timer);
        Machine.Steps(device, 3);
        Assert.Equal(0x5000u, device.ProgramCounter);
        device.Interrupts.Clear(Timer);
        Machine.Steps(device, 3);

        Assert.Equal(0x5000u, device.ProgramCounter);
        Assert.Equal(2, device.Ledger.Interrupts);
        Assert.Equal(1u, device.GetRegister(7));
        Assert.Equal(1 + 1 + 6 + 5 + 1 + 6, device.Cycles);
    }

    [Fact]
    public void A_handler_that_sets_GIE_is_interrupted_and_goes_on_after()
    {
        using Device device = WithHandler(Eint, Nop, 0x5318, Reti); // INC R8
        device.PokeWord(Timer, 0x5100);
        Machine.Put(device, 0x5100, 0x5317, Reti); // INC R7
        Machine.Put(device, Machine.Code, Eint, Nop, Nop, JumpToSelf);
        device.Interrupts.Request(Port1);
        Machine.Steps(device, 4); // EINT, NOP, entry, EINT
        device.Interrupts.Clear(Port1);
        device.Interrupts.Request(Timer);
        device.Step(); // the NOP behind EINT
        Assert.Equal(0u, device.GetRegister(7));
        Machine.Steps(device, 2); // entry, INC R7
        Assert.Equal(1u, device.GetRegister(7));
        Assert.Equal(0u, device.GetRegister(8));
        device.Interrupts.Clear(Timer);
        Assert.Equal(StopReason.Parked, device.Run());

        Assert.Equal(1u, device.GetRegister(8));
        Assert.Equal(0x2400u, device.GetRegister(1));
    }

    [Fact]
    public void Without_GIE_in_the_handler_a_higher_priority_waits_for_RETI()
    {
        using Device device = WithHandler(Nop, Nop, Reti);
        device.PokeWord(Timer, 0x5100);
        Machine.Put(device, 0x5100, Nop);
        Machine.Put(device, Machine.Code, Eint, Nop, Nop, JumpToSelf);
        device.Interrupts.Request(Port1);
        Machine.Steps(device, 3);
        device.Interrupts.Clear(Port1);
        device.Interrupts.Request(Timer);

        Machine.Steps(device, 3);
        Assert.Equal(Machine.Code + 4, device.ProgramCounter);
        Machine.Steps(device, 2);
        Assert.Equal(0x5100u, device.ProgramCounter);
        Assert.Equal(1 + 1 + 6 + 1 + 1 + 5 + 1 + 6, device.Cycles);
    }

    [Fact]
    public void MOV_to_SR_that_sets_GIE_lets_one_more_instruction_pass()
    {
        using Device device = WithHandler(JumpToSelf);
        Machine.Put(device, Machine.Code, 0x4032, 0x0008, 0x5315, Nop); // MOV #8,SR; INC R5
        device.Interrupts.Request(Port1);

        Machine.Steps(device, 3);

        Assert.Equal(1u, device.GetRegister(5));
        Assert.Equal(Machine.Code + 6, device.PeekWord(0x23FE));
    }

    [Fact]
    public void A_change_of_the_DCO_costs_the_CPU_four_of_its_cycles()
    {
        using Device device = WithHandler(Nop);
        Machine.Put(device, Machine.Code, 0x40B2, 0x0006, 0x0162, Nop); // MOV #DCOFSEL_3,&CSCTL1
        device.Registers.WriteByte(0x0161, 0xA5);
        device.Step();
        SimTime written = device.Now;

        device.Step();

        // Four cycles of 4 MHz, and a NOP at 4 MHz / 8.
        Assert.Equal(3 * Microsecond, (device.Now - written).Picoseconds);
    }

    [Fact]
    public void A_switch_to_VLO_takes_a_cycle_of_each_clock()
    {
        using Device device = WithHandler(Nop);
        Machine.Put(device, Machine.Code, 0x40B2, 0x0131, 0x0164, Nop); // MOV #SELA_1+SELS_3+SELM_1,&CSCTL2
        device.Registers.WriteByte(0x0161, 0xA5);
        device.Registers.WriteWord(0x0166, 0x0030);
        device.Step();
        SimTime written = device.Now;

        device.Step();

        ClockRate vlo = ClockRate.FromHertz(9_400);
        Assert.Equal(
            (vlo.CyclesToTime(1) + ClockRate.FromHertz(8_000_000).CyclesToTime(1) + vlo.CyclesToTime(1)).Picoseconds,
            (device.Now - written).Picoseconds);
    }

    [Fact]
    public void A_software_BOR_lets_the_boot_code_run()
    {
        using Device device = WithHandler(Nop);
        Machine.Put(device, Machine.Code, 0x40B2, 0xA504, 0x0120, Nop); // MOV #PMMPW+PMMSWBOR,&PMMCTL0
        device.PokeWord(0xFFFE, 0x5200);
        Machine.Put(device, 0x5200, Nop);

        device.Step();
        device.Step();

        // The MOV, the reset's logic, the boot code, the NOP.
        Assert.Equal(0x5202u, device.ProgramCounter);
        Assert.Equal((4 + 4 + 300 + 1) * Microsecond, device.Now.Picoseconds);
        Assert.Equal(300 * Microsecond, device.Ledger.BootPicoseconds);
    }

    [Fact]
    public void All_causes_of_one_instruction_are_reported_and_the_deepest_reset_is_made()
    {
        using Device device = WithHandler(Nop);
        device.Registers.WriteWord(0x019E, 0);
        device.RequestReset(ResetKind.Por, ResetCause.SoftwarePor);
        device.RequestReset(ResetKind.Puc, ResetCause.ClockPassword);

        device.Step();

        Assert.Equal([0x14, 0x24, 0x00], Enumerable.Range(0, 3).Select(_ => (int)device.Registers.ReadWord(0x019E)));
    }

    [Fact]
    public void The_RST_pin_holds_the_device_and_its_release_starts_it()
    {
        using Device device = WithHandler(Nop);
        Machine.Put(device, Machine.Code, Nop, 0x3FFE); // JMP to the NOP
        device.PokeWord(0xFFFE, (ushort)Machine.Code);
        device.Registers.WriteWord(0x019E, 0);
        ScheduledEvent press = device.Scheduler.Register("press", time => device.ResetPin.Set(false, time));
        ScheduledEvent release = device.Scheduler.Register("release", time => device.ResetPin.Set(true, time));
        press.At(SimTime.FromMilliseconds(1));
        release.At(SimTime.FromMilliseconds(5));

        Assert.Equal(StopReason.Until, device.Run(until: SimTime.FromMicroseconds(5_300)));
        Assert.InRange(device.Cycles, 1_000, 1_020);
        Assert.Equal(Machine.Code, device.ProgramCounter);
        device.Run(until: SimTime.FromMilliseconds(6));

        Assert.InRange(device.Cycles, 1_690, 1_720);
        Assert.Equal(0x04, device.Registers.ReadWord(0x019E));
        Assert.Equal(0x00, device.Registers.ReadWord(0x019E));
    }

    [Fact]
    public void A_device_held_in_reset_for_good_is_parked()
    {
        using Device device = WithHandler(Nop);
        device.ResetPin.Set(false, device.Now);

        Assert.Equal(StopReason.Parked, device.Run());
    }

    private static Device Sleeper(ushort bits, params ushort[] handler) => Sleeper(bits, "msp430fr5994", handler);

    // Asleep, with nothing under way.
    private static Device Sleeper(ushort bits, string name, params ushort[] handler)
    {
        Device device = WithHandler(name, handler);
        Machine.Put(device, Machine.Code, 0xD032, (ushort)(bits | Machine.Gie), Nop, JumpToSelf); // BIS #bits+GIE,SR
        Assert.Equal(StopReason.Parked, device.Run());
        return device;
    }

    private static Device WithHandler(params ushort[] handler) => WithHandler("msp430fr5994", handler);

    private static Device WithHandler(string name, params ushort[] handler)
    {
        Device device = Machine.Create(name, Nop);
        Machine.Put(device, 0x5000, handler);
        device.PokeWord(Port1, 0x5000);
        device.Registers.WriteWord(Wdtctl, 0x5A80);
        return device;
    }
}
