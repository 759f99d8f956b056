package io.airlockapp.gateway.approval.argument.json;

import io.airlockapp.gateway.approval.AirlockOmitted;
import tools.jackson.databind.node.StringNode;

/**
 * Node of an argument snapshot that represents a value that is not shown. Such nodes are
 * recognized by this type and never by their text.
 */
@SuppressWarnings("serial")
public final class MaskNode extends StringNode {

	/**
	 * Represents an {@link AirlockOmitted} value, which is not bound to the approval
	 * either.
	 */
	public static final MaskNode OMITTED = new MaskNode("••• left out", "", "(left out)");

	private final String comparable;

	private final String display;

	/**
	 * Create a node for a hidden value.
	 * @param text the text that binds the value without revealing it
	 * @param comparable a digest that is the same for equal values of all calls
	 */
	MaskNode(String text, String comparable) {
		this(text, comparable, Masking.MASK);
	}

	private MaskNode(String text, String comparable, String display) {
		super(text);
		this.comparable = comparable;
		this.display = display;
	}

	/**
	 * Return a digest that is the same for equal values of all calls in this process. It
	 * must not leave the process.
	 * @return the digest
	 */
	public String comparable() {
		return this.comparable;
	}

	/**
	 * Return the text that is shown in place of the value.
	 * @return the text, which no value is shown as
	 */
	public String display() {
		return this.display;
	}

	@Override
	public MaskNode deepCopy() {
		return this;
	}

	@Override
	public boolean equals(Object other) {
		return super.equals(other) && other instanceof MaskNode;
	}

	@Override
	public int hashCode() {
		return super.hashCode();
	}

}
