package io.airlockapp.gateway.approval.argument;

import io.airlockapp.gateway.approval.argument.json.MaskNode;
import io.airlockapp.gateway.approval.argument.json.Masking;
import io.airlockapp.gateway.harp.ArtifactHash;
import io.airlockapp.gateway.harp.CanonicalJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds one reading of the arguments of a call: canonical, masked, and bounded in size.
 * Everything that is shown, digested and compared is derived from it. Two snapshots of
 * one call are equal if the arguments were equal.
 */
public final class ArgumentSnapshot {

	private final ObjectNode arguments;

	private final String digest;

	/**
	 * Create a snapshot.
	 * @param arguments the arguments by name
	 */
	public ArgumentSnapshot(ObjectNode arguments) {
		this.arguments = arguments;
		this.digest = ArgumentWriter.digest(arguments);
	}

	/**
	 * Return the arguments by name.
	 * @return the tree, which must not be modified
	 */
	public ObjectNode arguments() {
		return this.arguments;
	}

	/**
	 * Return a digest that is the same for equal arguments of other calls, including
	 * hidden ones. It must not leave the process.
	 * @return the digest
	 */
	public String comparableDigest() {
		return ArtifactHash.of(CanonicalJson.toBytes(comparable(this.arguments)));
	}

	/**
	 * Return whether a value is masked.
	 * @return whether the arguments have a value that is bound to the approval, but not
	 * shown
	 */
	public boolean hasMasks() {
		return hasMasks(this.arguments);
	}

	private static boolean hasMasks(JsonNode node) {
		return (node instanceof MaskNode) ? node != MaskNode.OMITTED
				: node.valueStream().anyMatch(ArgumentSnapshot::hasMasks);
	}

	private static JsonNode comparable(JsonNode node) {
		JsonNodeFactory nodes = JsonNodeFactory.instance;
		if (node instanceof MaskNode mask) {
			// No text of an argument begins with the mask
			return nodes.stringNode(Masking.MASK + mask.comparable());
		}
		if (node.isObject()) {
			ObjectNode object = nodes.objectNode();
			node.properties().forEach((member) -> object.set(member.getKey(), comparable(member.getValue())));
			return object;
		}
		if (node.isArray()) {
			ArrayNode array = nodes.arrayNode();
			node.forEach((element) -> array.add(comparable(element)));
			return array;
		}
		return node;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof ArgumentSnapshot snapshot && this.digest.equals(snapshot.digest);
	}

	@Override
	public int hashCode() {
		return this.digest.hashCode();
	}

	@Override
	public String toString() {
		return "ArgumentSnapshot[digest=%s]".formatted(this.digest);
	}

}
