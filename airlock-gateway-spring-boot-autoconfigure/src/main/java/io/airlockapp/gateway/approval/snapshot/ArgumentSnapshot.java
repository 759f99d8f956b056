/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.snapshot.MethodArguments.Argument;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import io.airlockapp.gateway.approval.snapshot.SnapshotPart.Difference;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds one reading of the arguments of a call: complete, masked, and bounded in size.
 * Everything that is shown, digested and compared is derived from it. An argument is read
 * when it is first needed, and not again, except for {@link #findChange()}. Not
 * thread-safe.
 */
public final class ArgumentSnapshot {

	private final SnapshotWriter writer;

	private final MethodArguments call;

	private final List<Argument> arguments;

	private final Masking masking;

	private final boolean complete;

	private final Reading reading;

	private final @Nullable SnapshotNode[] nodes;

	ArgumentSnapshot(SnapshotWriter writer, MethodArguments call, Masking masking, boolean complete) {
		this.writer = writer;
		this.call = call;
		this.arguments = call.list();
		this.masking = masking;
		this.complete = complete;
		this.reading = writer.newReading();
		this.nodes = new SnapshotNode[this.arguments.size()];
	}

	/**
	 * Return an argument.
	 * @param index the index of the parameter
	 * @return the argument
	 * @throws InvalidApprovalUsageException if the argument cannot be shown, changes when
	 * it is read again, or is too large; the message contains no value
	 */
	public SnapshotNode get(int index) {
		SnapshotNode node = this.nodes[index];
		if (node == null) {
			node = read(index, this.reading);
			// The approval of one that changes by itself would be lost
			SnapshotNode again = (node instanceof Leaf) ? node : read(index, this.writer.newReading());
			if (!node.equals(again)) {
				throw new InvalidApprovalUsageException(
						("Argument '%s' of %s is not the same when it is read again, so it cannot be approved: at '%s', it has "
								+ "changed. Pass plain data")
							.formatted(this.arguments.get(index).name(), this.call, path(index, node, again)));
			}
			this.nodes[index] = node;
		}
		return node;
	}

	private SnapshotNode read(int index, Reading progress) {
		return this.writer.write(this.call, this.arguments.get(index), this.masking, progress, this.complete);
	}

	/**
	 * Return all arguments by name.
	 * @return the arguments, in the order of the parameters
	 * @throws InvalidApprovalUsageException if an argument cannot be shown, changes when
	 * it is read again, or if they are too large
	 */
	public Map<String, SnapshotNode> all() {
		Map<String, SnapshotNode> all = new LinkedHashMap<>();
		for (Argument argument : this.arguments) {
			if (all.put(argument.name(), get(argument.index())) != null) {
				throw new IllegalStateException("Two parameters of %s have the same name".formatted(this.call));
			}
		}
		return all;
	}

	/**
	 * Return a snapshot of the arguments that were read, as they are now. It contains
	 * none that cannot be read any more.
	 * @return the snapshot
	 */
	public ArgumentSnapshot again() {
		ArgumentSnapshot snapshot = new ArgumentSnapshot(this.writer, this.call, this.masking, this.complete);
		for (int i = 0; i < this.nodes.length; i++) {
			snapshot.nodes[i] = readAgain(i);
		}
		return snapshot;
	}

	/**
	 * Read an argument once more if it was read. It counts alone, since one that has
	 * grown must not prevent that others are read.
	 */
	private @Nullable SnapshotNode readAgain(int index) {
		try {
			return (this.nodes[index] != null) ? read(index, this.writer.newReading()) : null;
		}
		catch (AirlockGatewayException ex) {
			// The method may have put into it what cannot be shown
			return null;
		}
	}

	/**
	 * Find what has changed in the arguments that were read.
	 * @return the path to it, which contains no value, or {@code null} if nothing has; of
	 * an argument that cannot be shown any more, its name
	 */
	public @Nullable String findChange() {
		for (int i = 0; i < this.nodes.length; i++) {
			SnapshotNode before = this.nodes[i];
			SnapshotNode now = readAgain(i);
			if (before != null && !before.equals(now)) {
				return path(i, before, now);
			}
		}
		return null;
	}

	private String path(int index, SnapshotNode before, @Nullable SnapshotNode after) {
		SnapshotPart part = new SnapshotPart(this.arguments.get(index).name(), before);
		Difference difference = (after != null) ? part.findDifference(new SnapshotPart(part.path(), after)) : null;
		return SnapshotWriter.onOneLine((difference != null) ? difference.before().path() : part.path());
	}

	/**
	 * Return all arguments as JSON, which is the same only for equal arguments and the
	 * same masking.
	 * @return a new tree
	 */
	public ObjectNode toJson() {
		return toJson(Masked::digest);
	}

	private ObjectNode toJson(Function<Masked, String> masks) {
		ObjectNode json = JsonNodeFactory.instance.objectNode();
		all().forEach((name, node) -> json.set(name, node.toJson(masks)));
		return json;
	}

	/**
	 * Return a digest that is the same for equal arguments of other calls, including
	 * hidden ones. It must not leave the process.
	 * @return the digest
	 */
	public String comparableDigest() {
		return ArtifactHash.of(CanonicalJson.toBytes(toJson(Masked::comparable)));
	}

}
