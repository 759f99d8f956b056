/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.MethodArguments.Argument;
import io.airlockapp.gateway.approval.snapshot.MethodDeclarations;
import io.airlockapp.gateway.approval.snapshot.StateFields;
import io.airlockapp.gateway.approval.snapshot.StateFields.StateField;
import io.airlockapp.gateway.approval.snapshot.StateFields.Visibility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.core.NativeDetector;
import org.springframework.core.ResolvableType;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Parses paths from a parameter to a part of the argument, and verifies them against the
 * declared types. It throws an {@link IllegalArgumentException} with the reason if no
 * call can have the part.
 *
 * @param type the class of the method
 * @param method the method
 * @param advice what to do if something else than a part of an argument is needed
 */
record PathParser(Class<?> type, Method method, String advice) {

	static final String NUMBER = "a number";

	/**
	 * The fields by class. Mix-ins decide on what is shown of them, and not on their
	 * names.
	 */
	private static final StateFields FIELDS = new StateFields((type) -> Stream.empty());

	/**
	 * Parse a path.
	 * @param node a parameter or a compound expression
	 * @param length the number of its children that belong to the path
	 */
	SnapshotPath parse(SpelNode node, int length) {
		int parameter = parameter((node instanceof CompoundExpression) ? node.getChild(0) : node);
		Argument argument = MethodArguments.parameters(this.type, this.method).get(parameter);
		ResolvableType part = argument.type();
		boolean hidden = argument.sensitive() || argument.omitted();
		List<SnapshotPath.Step> steps = new ArrayList<>();
		for (int i = 1; i < length; i++) {
			SpelNode step = node.getChild(i);
			ResolvableType owner = content(part);
			Object key = (step instanceof Indexer indexer && !indexer.isNullSafe()
					&& step.getChild(0) instanceof Literal literal) ? literal.getLiteralValue().getValue() : null;
			if (step instanceof PropertyOrFieldReference field && !field.isNullSafe()) {
				hidden |= isHidden(owner, field.getName());
				part = field(owner, field.getName());
				steps.add(SnapshotPath.field(field.getName()));
			}
			else if (key instanceof String name) {
				requireTexts(keys(owner), owner);
				requireConstant(keys(owner), name);
				part = Map.class.isAssignableFrom(raw(owner)) ? owner.asMap().getGeneric(1) : ResolvableType.NONE;
				steps.add(SnapshotPath.entry(name));
			}
			else if (key instanceof Integer index) {
				Assert.isTrue(!Set.class.isAssignableFrom(raw(owner)),
						() -> "%s has no order, so no [%s]".formatted(owner, index));
				part = elements(owner);
				steps.add(SnapshotPath.element(index));
			}
			else {
				throw new IllegalArgumentException(((step instanceof SpelNodeImpl safe && safe.isNullSafe())
						? "'%s' is read with '?.': leave out the '?', also if null is possible"
						: "'%s' is not part of an argument, whose methods are not called: write '.field', '['key']' or '[0]'%s")
					.formatted(step.toStringAST(), this.advice));
			}
		}
		return new SnapshotPath(node.toStringAST(), parameter, steps, part, hidden);
	}

	/**
	 * Return the index of a parameter. Names take precedence over indexes.
	 */
	int parameter(SpelNode node) {
		Assert.isTrue(node instanceof VariableReference,
				() -> "'%s' is not an argument such as '#amount'".formatted(node.toStringAST()));
		String name = node.toStringAST().substring(1);
		List<String> names = MethodArguments.names(this.method);
		int parameter = names.indexOf(name);
		for (int i = 0; parameter == -1 && i < names.size(); i++) {
			parameter = (name.equals("a" + i) || name.equals("p" + i)) ? i : -1;
		}
		if (parameter != -1 || hasNames()) {
			requireSameParameter(name, parameter);
		}
		Assert.isTrue(parameter != -1, () -> "'#%s' is not a parameter. %s".formatted(name, describeNames()));
		return parameter;
	}

	/**
	 * Require that a name is that of the same parameter in all declarations of the
	 * method. The annotation may be on any of them.
	 */
	private void requireSameParameter(String name, int parameter) {
		MethodDeclarations.of(this.method, this.type)
			.filter((declaration) -> MethodArguments.names(declaration).contains(name)
					&& MethodArguments.names(declaration).indexOf(name) != parameter)
			.findFirst()
			.ifPresent((declaration) -> {
				throw new IllegalArgumentException("'#%s' is %s of %s: give both the same names".formatted(name,
						(parameter == -1) ? "not a parameter here, but" : "another parameter",
						ClassUtils.getQualifiedMethodName(declaration)));
			});
	}

	private boolean hasNames() {
		return MethodArguments.PARAMETER_NAMES.getParameterNames(this.method) != null;
	}

	private String describeNames() {
		if (MethodArguments.names(this.method).isEmpty()) {
			return "The method has none";
		}
		return hasNames() ? "The method has #" + String.join(", #", MethodArguments.names(this.method))
				: "The names are not known: compile with '-parameters', or write #a0 for the first one";
	}

	/**
	 * Return whether a field of a class is hidden. A subclass can show one of an abstract
	 * class. An image may not contain the class file; the check took place in the build.
	 */
	private static boolean isHidden(ResolvableType owner, String name) {
		Class<?> raw = raw(owner);
		return !Modifier.isAbstract(raw.getModifiers()) && !NativeDetector.inNativeImage()
				&& FIELDS.of(raw)
					.stream()
					.anyMatch((field) -> field.name().equals(name) && field.visibility() != Visibility.SHOWN);
	}

	private static ResolvableType field(ResolvableType owner, String name) {
		Class<?> raw = raw(owner);
		Assert.isTrue(!raw.isEnum() && raw != Map.Entry.class,
				() -> "%s has no fields that are shown".formatted(owner));
		for (StateField field : FIELDS.of(raw)) {
			if (field.name().equals(name)) {
				return field.type(owner);
			}
		}
		Assert.isTrue(!Map.class.isAssignableFrom(raw) && !JsonNode.class.isAssignableFrom(raw),
				() -> "%s has no field '%s'; write ['%s']".formatted(owner, name, name));
		List<String> shown = FIELDS.of(raw)
			.stream()
			.filter((field) -> field.visibility() == Visibility.SHOWN)
			.map(StateField::name)
			.toList();
		return open(owner, "field '%s'%s".formatted(name, shown.isEmpty() ? "" : ", only " + String.join(", ", shown)));
	}

	/**
	 * Return the declared type of the elements of an array or a collection.
	 */
	static ResolvableType elements(ResolvableType type) {
		ResolvableType owner = content(type);
		if (owner.isArray() && raw(owner) != byte[].class) {
			return owner.getComponentType();
		}
		return Collection.class.isAssignableFrom(raw(owner)) ? owner.as(Collection.class).getGeneric(0)
				: open(owner, "elements");
	}

	static void requireContainer(ResolvableType type) {
		if (!Map.class.isAssignableFrom(raw(content(type)))) {
			elements(type);
		}
	}

	/**
	 * Return the declared type of the keys of a map.
	 */
	static ResolvableType keys(ResolvableType type) {
		ResolvableType owner = content(type);
		return Map.class.isAssignableFrom(raw(owner)) ? owner.asMap().getGeneric(0) : open(owner, "keys");
	}

	/**
	 * Require that values of a type may have parts that the type does not declare.
	 */
	private static ResolvableType open(ResolvableType owner, String part) {
		Class<?> raw = raw(owner);
		// The modifiers of an array and of a primitive type are both
		boolean extensible = Modifier.isAbstract(raw.getModifiers()) && !Modifier.isFinal(raw.getModifiers())
				&& !Collection.class.isAssignableFrom(raw) && !Map.class.isAssignableFrom(raw);
		boolean open = extensible || raw == Object.class || (LibraryTypes.contain(raw) && !LibraryTypes.isOfJava(raw));
		// An image may not contain all fields; the check took place in the build
		Assert.isTrue(open || NativeDetector.inNativeImage(), () -> "%s has no %s".formatted(owner, part));
		return ResolvableType.NONE;
	}

	/**
	 * Describe what values of a declared type are in a comparison.
	 * @return the kind, or {@code null} if it depends on the value
	 */
	static @Nullable String kind(ResolvableType type) {
		Class<?> raw = ClassUtils.resolvePrimitiveIfNecessary(raw(content(type)));
		if (Number.class.isAssignableFrom(raw)) {
			return NUMBER;
		}
		return (raw == String.class || raw.isEnum()) ? "a text" : (raw == Boolean.class) ? "a boolean" : null;
	}

	/**
	 * Return whether values of a declared type may be comparable. Those of a class
	 * without subclasses that is no number, text or boolean never are.
	 */
	static boolean isComparable(ResolvableType type) {
		Class<?> raw = raw(content(type));
		return kind(type) != null || !Modifier.isFinal(raw.getModifiers()) || JsonNode.class.isAssignableFrom(raw);
	}

	/**
	 * Require that an enum has a constant to which its values are compared.
	 * @param type the declared type, which may be no enum
	 * @param name the name of the constant, or {@code null} for another comparison
	 */
	static void requireConstant(ResolvableType type, @Nullable String name) {
		Class<?> raw = raw(content(type));
		if (name == null || !raw.isEnum()) {
			return;
		}
		List<String> names = Arrays.stream(raw.getEnumConstants()).map((one) -> ((Enum<?>) one).name()).toList();
		Assert.isTrue(names.contains(name),
				() -> "%s has no constant '%s', only %s".formatted(raw.getName(), name, String.join(", ", names)));
	}

	private static void requireTexts(ResolvableType keys, ResolvableType owner) {
		Assert.isTrue(raw(keys).isEnum() || raw(keys).isAssignableFrom(String.class),
				() -> "%s has no keys that are a text".formatted(owner));
	}

	private static ResolvableType content(ResolvableType type) {
		return (type.resolve() == Optional.class) ? content(type.getGeneric(0)) : type;
	}

	private static Class<?> raw(ResolvableType type) {
		return type.resolve(Object.class);
	}

}
