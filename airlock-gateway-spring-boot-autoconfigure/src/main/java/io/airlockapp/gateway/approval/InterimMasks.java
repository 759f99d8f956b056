package io.airlockapp.gateway.approval;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts {@link MaskNode}s where a snapshot has the texts of masks. To be removed, with its
 * one use in {@link GuardedCall}, as soon as {@link ArgumentWriter} writes such nodes.
 */
final class InterimMasks {

	private InterimMasks() {
	}

	static ObjectNode mark(ObjectNode snapshot) {
		snapshot.properties().forEach((member) -> member.setValue(marked(member.getValue())));
		return snapshot;
	}

	private static JsonNode marked(JsonNode node) {
		if (node instanceof ObjectNode object) {
			return mark(object);
		}
		if (node instanceof ArrayNode array) {
			for (int i = 0; i < array.size(); i++) {
				array.set(i, marked(array.get(i)));
			}
			return array;
		}
		return (node.isString() && Masking.isMask(node.stringValue())) ? new MaskNode(node.stringValue()) : node;
	}

}
