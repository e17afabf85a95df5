using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tls;

/// <summary>The text of the files of a certificate folder, all of one moment.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="CertificatePem">tls.crt: the silo's certificate, and the intermediate ones after it.</param>
/// <param name="KeyPem">tls.key.</param>
/// <param name="AuthoritiesPem">ca.crt.</param>
internal sealed record CertificateFiles(string Folder, string CertificatePem, string KeyPem, string AuthoritiesPem)
{
    /// <summary>The names that a Secret of type kubernetes.io/tls has, and that cert-manager adds to it.</summary>
    public const string Certificate = "tls.crt", Key = "tls.key", Authorities = "ca.crt";

    /// <summary>Far beyond any certificate chain or bundle of authorities.</summary>
    private const int MaxBytes = 1024 * 1024;

    /// <summary>
    /// Reads the files. Where the kubelet mounts a Secret, <c>..data</c> is a link to a folder that it replaces as a whole: following
    /// it once means that no two files are of different versions.
    /// </summary>
    /// <exception cref="SettingsException">A file is missing or cannot be read.</exception>
    public static CertificateFiles Read(string folder)
    {
        var data = new DirectoryInfo(Path.Combine(folder, "..data"));
        var version = data.Exists && data.ResolveLinkTarget(returnFinalTarget: true) is { } target ? target.FullName : folder;
        string Text(string file)
        {
            var path = Path.Combine(version, file);
            try
            {
                if (new FileInfo(path).Length > MaxBytes)
                    throw Problem(folder, file, $"is larger than {MaxBytes} bytes");
                return File.ReadAllText(path);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw Problem(folder, file, "does not exist");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Problem(folder, file, $"cannot be read: {e.Message}");
            }
        }

        return new CertificateFiles(folder, Text(Certificate), Text(Key), Text(Authorities));
    }

    /// <summary>The exception for a file that cannot be used.</summary>
    public SettingsException Problem(string file, string problem) => Problem(Folder, file, problem);

    private static SettingsException Problem(string folder, string file, string problem) =>
        new($"--tls-directory: {Path.Combine(folder, file)} {problem}.");
}
