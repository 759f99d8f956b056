package io.airlockapp.gateway.approval;

import tools.jackson.databind.node.StringNode;

/**
 * Node of an argument snapshot that stands for a hidden value. Its text binds the value
 * without revealing it. Masks are recognized by this type and never by their text.
 */
@SuppressWarnings("serial")
final class MaskNode extends StringNode {

	MaskNode(String text) {
		super(text);
	}

	@Override
	public MaskNode deepCopy() {
		return this;
	}

}
