namespace TTame.Core.Tests.Imaging.Files;

/// <summary>Damages files, the same way for the same seed.</summary>
internal static class Mutations
{
    private static readonly uint[] s_extremes = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];

    /// <summary>A damaged copy: one to four changes of bits, bytes, numbers, or of what stands where.</summary>
    public static byte[] Of(byte[] file, int seed)
    {
        Random random = new(seed);
        List<byte> damaged = [.. file];
        for (int i = random.Next(1, 5); i > 0 && damaged.Count > 4; i--)
        {
            // Headers hold what readers trust: half of all changes fall there.
            int at = random.Next(random.Next(2) == 0 ? Math.Min(damaged.Count - 4, 64) : damaged.Count - 4);
            int length = random.Next(1, Math.Min(64, damaged.Count - at));
            switch (random.Next(8))
            {
                case 0:
                    damaged[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 2:
                case 3:
                    byte[] number = BitConverter.GetBytes(s_extremes[random.Next(s_extremes.Length)]);
                    if (random.Next(2) == 0) Array.Reverse(number);
                    for (int k = 0, bytes = random.Next(2) == 0 ? 2 : 4; k < bytes; k++) damaged[at + k] = number[k];
                    break;
                case 4:
                    damaged.RemoveRange(at, length);
                    break;
                case 5:
                    damaged.InsertRange(at, damaged.GetRange(random.Next(damaged.Count - length), length));
                    break;
                case 6:
                    damaged.RemoveRange(at, damaged.Count - at);
                    break;
                default:
                    for (int k = 0; k < length; k++) damaged[at + k] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. damaged];
    }
}
