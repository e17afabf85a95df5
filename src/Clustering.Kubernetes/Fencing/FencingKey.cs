using System.Security.Cryptography;

namespace OrleansOperator.Clustering.Kubernetes.Fencing;

/// <summary>
/// A secret of this process, whose hash stands in its row: a silo that asks to be declared dead shows the secret, so that nobody else
/// who reaches the silos' port can ask for it.
/// </summary>
internal sealed class FencingKey
{
    private const int Bytes = 32;

    /// <summary>The secret.</summary>
    public string Secret { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What stands in the row.</summary>
    public string Hash => HashOf(Secret);

    /// <summary>Whether a secret belongs to a hash.</summary>
    public static bool Matches(string? secret, string? hash) =>
        secret is { Length: > 0 } && hash is { Length: > 0 }
        && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(HashOf(secret)), System.Text.Encoding.ASCII.GetBytes(hash));

    private static string HashOf(string secret) => Convert.ToBase64String(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)));
}
