namespace TTame.Core.Training;

/// <summary>The 1cycle policy: the learning rate rises to its maximum and falls to almost nothing, momentum moves the other way.</summary>
/// <remarks>
/// With T steps, e = 0.3·T − 1 and f(a, b, t) = b + (a − b)/2·(1 + cos πt): step i ≤ e uses rate f(max/25, max, i/e) and momentum f(0.95, 0.85, i/e);
/// later steps, with t = (i − e)/(T − 1 − e), use f(max, max/25/10⁴, t) and f(0.85, 0.95, t).
/// It is the product's own because the library's schedule never leaves its first phase for the second parameter group, and T-TAME has two.
/// </remarks>
/// <param name="MaxRate">The highest learning rate.</param>
/// <param name="TotalSteps">T, the number of optimiser steps of the whole training.</param>
/// <source>OneCycle:§1</source>
public sealed record OneCycle(double MaxRate, int TotalSteps)
{
    /// <summary>The share of the steps in which the rate rises.</summary>
    public const double RisingShare = 0.3;

    /// <summary>The first rate is the maximum divided by this.</summary>
    public const double StartDivisor = 25;

    /// <summary>The last rate is the first divided by this.</summary>
    public const double EndDivisor = 1e4;

    /// <summary>Momentum at the lowest rates.</summary>
    public const double HighMomentum = 0.95;

    /// <summary>Momentum at the highest rate.</summary>
    public const double LowMomentum = 0.85;

    /// <summary>Learning rate and momentum in force during a step.</summary>
    /// <param name="step">Counts from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="step"/> is outside [0, T).</exception>
    public (double Rate, double Momentum) At(int step)
    {
        if (step < 0 || step >= TotalSteps)
            throw new ArgumentOutOfRangeException(nameof(step), step, $"The schedule has steps 0 to {TotalSteps - 1}.");
        double first = MaxRate / StartDivisor, turn = RisingShare * TotalSteps - 1;
        if (step <= turn)
        {
            double rising = turn > 0 ? step / turn : 1;                 // T such that the turn is step 0: the rate starts at its maximum
            return (Between(first, MaxRate, rising), Between(HighMomentum, LowMomentum, rising));
        }
        double falling = (step - turn) / (TotalSteps - 1 - turn);
        return (Between(MaxRate, first / EndDivisor, falling), Between(LowMomentum, HighMomentum, falling));
    }

    private static double Between(double start, double end, double t) => end + (start - end) / 2 * (1 + Math.Cos(Math.PI * t));
}
