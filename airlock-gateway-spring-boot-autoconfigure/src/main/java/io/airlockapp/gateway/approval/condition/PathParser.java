package io.airlockapp.gateway.approval.condition;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.StateFields;
import io.airlockapp.gateway.approval.snapshot.StateFields.StateField;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.core.MethodParameter;
import org.springframework.core.NativeDetector;
import org.springframework.core.ResolvableType;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.IntLiteral;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.util.ClassUtils;

/**
 * Parses paths from a parameter to a part of the argument, and verifies them against the
 * declared types. It throws an {@link IllegalArgumentException} with the reason if no
 * call can have the part.
 */
final class PathParser {

	/**
	 * The fields by class. Mix-ins decide on what is shown of them, and not on their
	 * names.
	 */
	private static final StateFields FIELDS = new StateFields((type) -> null);

	private final Class<?> type;

	private final Method method;

	private final List<String> names;

	PathParser(Class<?> type, Method method) {
		this.type = type;
		this.method = method;
		this.names = MethodArguments.names(method);
	}

	/**
	 * Parse a path.
	 * @param node a parameter or a compound expression
	 * @param length the number of its children that belong to the path
	 */
	SnapshotPath parse(SpelNode node, int length) {
		int parameter = parameter((node instanceof CompoundExpression) ? node.getChild(0) : node);
		ResolvableType part = ResolvableType
			.forMethodParameter(new MethodParameter(this.method, parameter).withContainingClass(this.type));
		List<SnapshotPath.Step> steps = new ArrayList<>();
		for (int i = 1; i < length; i++) {
			SpelNode step = node.getChild(i);
			ResolvableType owner = content(part);
			if (step instanceof SpelNodeImpl implementation && implementation.isNullSafe()) {
				throw new IllegalArgumentException("write '.' in place of '?.', because a missing part is no error");
			}
			if (step instanceof PropertyOrFieldReference field) {
				part = field(owner, field.getName());
				steps.add(SnapshotPath.field(field.getName()));
			}
			else if (step instanceof Indexer && step.getChild(0) instanceof StringLiteral literal) {
				String key = String.valueOf(literal.getLiteralValue().getValue());
				requireMayEqual(keys(owner), key);
				part = Map.class.isAssignableFrom(raw(owner)) ? owner.asMap().getGeneric(1) : ResolvableType.NONE;
				steps.add(SnapshotPath.entry(key));
			}
			else if (step instanceof Indexer && step.getChild(0) instanceof IntLiteral index) {
				part = elements(owner);
				steps.add(SnapshotPath.element(Integer.parseInt(String.valueOf(index.getLiteralValue().getValue()))));
			}
			else {
				throw new IllegalArgumentException("parts of an argument are '.field', '['key']' and '[0]'; "
						+ "otherwise, " + ConditionParser.LET_A_BEAN);
			}
		}
		return new SnapshotPath(node.toStringAST(), parameter, steps, part);
	}

	/**
	 * Return the index of a parameter. Names take precedence over indexes.
	 */
	int parameter(SpelNode node) {
		if (!(node instanceof VariableReference)) {
			throw new IllegalArgumentException("'%s' is no parameter such as '#amount'".formatted(node.toStringAST()));
		}
		String name = node.toStringAST().substring(1);
		int parameter = this.names.indexOf(name);
		for (int i = 0; parameter == -1 && i < this.names.size(); i++) {
			parameter = (name.equals("a" + i) || name.equals("p" + i)) ? i : -1;
		}
		if (parameter == -1) {
			throw new IllegalArgumentException("'#%s' is no parameter. %s".formatted(name, describeNames()));
		}
		return parameter;
	}

	private String describeNames() {
		if (this.names.isEmpty()) {
			return "The method has none";
		}
		return (MethodArguments.PARAMETER_NAMES.getParameterNames(this.method) != null)
				? "The method has #" + String.join(", #", this.names)
				: "The names are not known: compile with '-parameters', or write #a0 for the first one";
	}

	Class<?> type(int parameter) {
		return this.method.getParameterTypes()[parameter];
	}

	private static ResolvableType field(ResolvableType owner, String name) {
		Class<?> raw = raw(owner);
		for (StateField field : FIELDS.of(raw)) {
			if (field.name().equals(name)) {
				return field.type(owner);
			}
		}
		if (Map.class.isAssignableFrom(raw) || JsonNode.class.isAssignableFrom(raw)) {
			throw new IllegalArgumentException("%s has no field '%s'; write ['%s']".formatted(owner, name, name));
		}
		return open(owner, "field '%s'".formatted(name));
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
		boolean declaring = raw.isPrimitive() || raw.isArray() || raw.isEnum() || Collection.class.isAssignableFrom(raw)
				|| Map.class.isAssignableFrom(raw);
		boolean open = raw == Object.class || Modifier.isAbstract(raw.getModifiers())
				|| (LibraryTypes.contain(raw) && !LibraryTypes.isOfJava(raw));
		// An image may not contain all fields; the check took place in the build
		if ((declaring || !open) && !NativeDetector.inNativeImage()) {
			throw new IllegalArgumentException("%s has no %s".formatted(owner, part));
		}
		return ResolvableType.NONE;
	}

	/**
	 * Require that a value of a declared type may be equal to a literal, if there is one.
	 */
	static void requireMayEqual(ResolvableType type, @Nullable Object literal) {
		Class<?> raw = raw(content(type));
		if (raw.isEnum() && literal instanceof String name) {
			if (Arrays.stream(raw.getEnumConstants()).noneMatch((one) -> ((Enum<?>) one).name().equals(name))) {
				throw new IllegalArgumentException("%s has no constant '%s'".formatted(raw.getName(), name));
			}
		}
		else if (literal != null
				&& !mayBe(type, (literal instanceof ExactNumber) ? Number.class : literal.getClass())) {
			throw new IllegalArgumentException("%s is never equal to %s; %s".formatted(type,
					ConditionValues.describe(literal), ConditionParser.LET_A_BEAN));
		}
	}

	/**
	 * Return whether a value of a declared type may be of another one.
	 */
	static boolean mayBe(ResolvableType type, Class<?> other) {
		Class<?> raw = ClassUtils.resolvePrimitiveIfNecessary(raw(content(type)));
		return raw.isAssignableFrom(other) || other.isAssignableFrom(raw) || JsonNode.class.isAssignableFrom(raw);
	}

	private static ResolvableType content(ResolvableType type) {
		return (type.resolve() == Optional.class) ? content(type.getGeneric(0)) : type;
	}

	private static Class<?> raw(ResolvableType type) {
		return type.resolve(Object.class);
	}

}
