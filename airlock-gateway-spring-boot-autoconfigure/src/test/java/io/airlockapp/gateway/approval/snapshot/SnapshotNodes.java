package io.airlockapp.gateway.approval.snapshot;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Nodes of values, as they are in the snapshot of a call.
 */
public final class SnapshotNodes {

	private static final StateFields FIELDS = new StateFields((type) -> null);

	private SnapshotNodes() {
	}

	public static SnapshotNode of(@Nullable Object value, ResolvableType declared) {
		return new NodeWriter(FIELDS, ApplicationValues.NONE, new Masking(), new SizeLimit(1 << 20)).write(value,
				declared);
	}

}
