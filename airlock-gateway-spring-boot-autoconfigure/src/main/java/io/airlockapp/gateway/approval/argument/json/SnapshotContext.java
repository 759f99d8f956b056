package io.airlockapp.gateway.approval.argument.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.SerializationContext;

import org.springframework.core.ResolvableType;

/**
 * Holds the state while the arguments of a call are written: the masks created, the
 * remaining size, and the objects in progress.
 */
public final class SnapshotContext {

	private final Map<String, MaskNode> masks = new HashMap<>();

	private final Map<String, String> typeNames = new HashMap<>();

	private final String prefix = Masking.MASK + UUID.randomUUID() + ":";

	private final List<@Nullable Object> outer = new ArrayList<>();

	private final Masking masking;

	private final HiddenValueWriter hiddenValues;

	private final SizeLimit limit;

	private ResolvableType parameter = ResolvableType.NONE;

	private boolean hidden;

	SnapshotContext(Masking masking, HiddenValueWriter hiddenValues, SizeLimit limit) {
		this.masking = masking;
		this.hiddenValues = hiddenValues;
		this.limit = limit;
	}

	static SnapshotContext of(SerializationContext context) {
		Object current = context.getAttribute(SnapshotContext.class);
		if (current == null) {
			throw new IllegalStateException("Not within a snapshot");
		}
		return (SnapshotContext) current;
	}

	SizeLimit limit() {
		return this.limit;
	}

	/**
	 * Begin to write the next argument.
	 * @param parameter the declared type of the argument
	 */
	public void begin(ResolvableType parameter) {
		this.parameter = parameter;
	}

	/**
	 * Return the declared type of the root value.
	 * @return the type, or {@link ResolvableType#NONE} inside of a hidden value
	 */
	ResolvableType rootType() {
		return this.hidden ? ResolvableType.NONE : this.parameter;
	}

	/**
	 * Mask a value.
	 * @param value the value
	 * @param generator the generator that writes the objects around the value
	 * @return the text to write, for which {@link #findMask(String)} returns the node
	 */
	String mask(@Nullable Object value, JsonGenerator generator) {
		int depth = this.outer.size();
		enclosing(generator, this.outer);
		try {
			return mask(writeHidden(value));
		}
		finally {
			this.outer.subList(depth, this.outer.size()).clear();
		}
	}

	/**
	 * Write a value in full.
	 * @param value the value
	 * @return the canonical JSON, which is digested and never sent
	 */
	public byte[] writeHidden(@Nullable Object value) {
		boolean before = this.hidden;
		this.hidden = true;
		try {
			return this.hiddenValues.write(value, this);
		}
		finally {
			this.hidden = before;
		}
	}

	/**
	 * Mask a value that is available as text only, unless it is inside of a hidden value.
	 * @return the text to write
	 */
	String maskText(String text) {
		return this.hidden ? text : mask(text.getBytes(StandardCharsets.UTF_8));
	}

	private String mask(byte[] canonicalValue) {
		return add(this.masking.mask(canonicalValue));
	}

	/**
	 * Leave a value out.
	 * @return the text to write, for which {@link #findMask(String)} returns the node
	 */
	String omit() {
		return this.hidden ? MaskNode.OMITTED.display() : add(MaskNode.OMITTED);
	}

	private String add(MaskNode mask) {
		// The text can't be guessed, so that no text of an argument can be taken for a
		// mask
		String text = this.prefix + this.masks.size();
		this.masks.put(text, mask);
		return text;
	}

	/**
	 * Return the text to write for a class name, so that no text of an argument can be
	 * taken for it.
	 * @param name the name
	 * @return the text, for which {@link #findTypeName(String)} returns the name
	 */
	String typeName(String name) {
		String text = this.prefix + "@" + name;
		this.typeNames.put(text, name);
		return text;
	}

	/**
	 * Return the class name that a written text represents.
	 * @return the name, or {@code null} if the text is that of an argument
	 */
	@Nullable String findTypeName(String text) {
		return this.typeNames.get(text);
	}

	/**
	 * Return the node that a written text represents.
	 * @return the node, or {@code null} if the text is that of an argument
	 */
	@Nullable MaskNode findMask(String text) {
		return text.startsWith(this.prefix) ? this.masks.get(text) : null;
	}

	/**
	 * Return the distance to an object that encloses the current one.
	 * @param value the object
	 * @param generator the current generator
	 * @return the number of levels, or -1 if the object does not enclose the current one
	 */
	int distanceTo(Object value, JsonGenerator generator) {
		List<@Nullable Object> path = new ArrayList<>(this.outer);
		enclosing(generator, path);
		for (int i = path.size() - 1; i >= 0; i--) {
			if (path.get(i) == value) {
				return path.size() - i;
			}
		}
		return -1;
	}

	private static void enclosing(JsonGenerator generator, List<@Nullable Object> path) {
		int start = path.size();
		TokenStreamContext context = generator.streamWriteContext();
		while (context != null) {
			if (context.currentValue() != null) {
				path.add(start, context.currentValue());
			}
			context = context.getParent();
		}
	}

	/**
	 * Strategy interface for writing a hidden value in full.
	 */
	@FunctionalInterface
	interface HiddenValueWriter {

		/**
		 * Return the canonical JSON of a value.
		 * @param value the value
		 * @param context the current context
		 * @return the canonical JSON, which is digested and never sent
		 */
		byte[] write(@Nullable Object value, SnapshotContext context);

	}

}
