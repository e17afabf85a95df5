namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>The identity of a table and its version, which never decreases.</summary>
/// <param name="Uid">The uid of the OrleansCluster object.</param>
/// <param name="Version">The version of the table.</param>
internal readonly record struct TableIncarnation(string Uid, int Version)
{
    /// <summary>
    /// Why what was read cannot be the table that this silo goes by; null when it can. Only consistent reads that began after the known
    /// one was seen may be judged: others may be older.
    /// </summary>
    /// <param name="known">The table as it was known when the read began.</param>
    /// <param name="read">What was read.</param>
    public static string? Contradiction(TableIncarnation known, TableIncarnation read)
    {
        if (known.Uid != read.Uid)
            return $"it was deleted and recreated (uid {read.Uid}, before {known.Uid})";
        return read.Version < known.Version
            ? FormattableString.Invariant($"it went back from version {known.Version} to {read.Version}, as after a restore of etcd")
            : null;
    }
}
