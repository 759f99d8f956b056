/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ApprovalGate;
import io.airlockapp.gateway.approval.CompiledClasses;
import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.guard.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.guard.GuardedMethods;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.test.util.AopTestUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the guard and the lock of random class hierarchies, with generic, abstract,
 * covariant, default and package-private declarations of a guarded method, and so with
 * bridges of all kinds. The annotation is on any of its declarations or types. The method
 * requires an approval only for {@code big}; with {@code small}, it calls itself for
 * {@code big} by a lambda expression.
 */
public class LockedHierarchiesTests {

	/**
	 * The arguments of the calls that ran.
	 */
	public static final List<String> ran = new CopyOnWriteArrayList<>();

	private static final String ANNOTATION = "@RequiresAirlockApproval(condition = \"#name == 'big'\") ";

	private final Random random = new Random(Long.getLong("test.seed", 20261129L));

	private int asked;

	private int calls;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration.class))
		.withBean(ApprovalGate.class, () -> (call) -> this.asked++);

	@Test
	void callsInRandomHierarchiesRequestRequiredApproval() {
		Map<String, String> sources = new LinkedHashMap<>();
		for (int i = 0; i < Integer.getInteger("test.hierarchies", 100); i++) {
			sources.put("random.Classes" + i, hierarchy("Classes" + i));
		}
		CompiledClasses classes = CompiledClasses.of(sources);
		int started = 0;
		for (Map.Entry<String, String> source : sources.entrySet()) {
			Class<?> type = classes.find(source.getKey() + "$Last");
			if (type != null && isGuarded(type)) {
				started += verify(type, source.getValue(), false) + verify(type, source.getValue(), true);
			}
		}
		assertThat(started).as("applications").isGreaterThan(30);
		assertThat(this.calls).as("calls").isGreaterThan(50);
	}

	private int verify(Class<?> type, String source, boolean classBased) {
		List<Boolean> started = new ArrayList<>();
		this.contextRunner.withClassLoader(type.getClassLoader())
			.withPropertyValues("spring.aop.proxy-target-class=" + classBased)
			.withBean("operation", type)
			.run((context) -> {
				if (context.getStartupFailure() != null) {
					assertThat(context).getFailure()
						.as("%s%n%s", source, Throwables.getStackTrace(context.getStartupFailure()))
						.rootCause()
						.isInstanceOf(UnguardableMethodException.class);
					return;
				}
				started.add(true);
				Object bean = context.getBean("operation");
				for (Method method : methods(bean, type)) {
					verify(bean, method, source);
				}
				verifyAttributes(type, source);
				verifyLock(AopTestUtils.<Object>getUltimateTargetObject(bean).getClass(), type, source);
			});
		return started.size();
	}

	/**
	 * Verify that an attribute is found for guarded methods and no others. Spring asks
	 * for that of any method of the class, in the order of reflection.
	 */
	private static void verifyAttributes(Class<?> type, String source) {
		ApprovalAttributeSource attributes = new ApprovalAttributeSource(new MockEnvironment());
		LibraryTypes.hierarchy(type)
			.flatMap((each) -> Arrays.stream(each.getDeclaredMethods()))
			.filter((method) -> !method.isBridge() && !Modifier.isAbstract(method.getModifiers()))
			.forEach(
					(method) -> assertThat(attributes.find(method, type) != null).as("%s%n%s".formatted(method, source))
						.isEqualTo(GuardedMethods.of(type).contains(method)));
	}

	/**
	 * Verify that a locked method has the annotations of the method that it stands for.
	 */
	private static void verifyLock(Class<?> objectType, Class<?> type, String source) {
		if (!LockedClasses.isLocked(objectType)) {
			return;
		}
		for (Method locked : objectType.getDeclaredMethods()) {
			Method method = LibraryTypes.hierarchy(type)
				.flatMap((each) -> Arrays.stream(each.getDeclaredMethods()))
				.filter((each) -> !Modifier.isAbstract(each.getModifiers())
						&& LockedClasses.signatures(Stream.of(each, locked)).size() == 1)
				.reduce((one, other) -> one.getDeclaringClass().isAssignableFrom(other.getDeclaringClass()) ? other
						: one)
				.orElseThrow();
			assertThat(locked.isSynthetic()).isTrue();
			assertThat(locked.getDeclaredAnnotations()).as("%s%n%s".formatted(method, source))
				.isEqualTo(method.getDeclaredAnnotations());
		}
	}

	private static List<Method> methods(Object bean, Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.filter((declaring) -> declaring.isInstance(bean))
			.flatMap((declaring) -> Arrays.stream(declaring.getDeclaredMethods()))
			.filter((method) -> method.getName().equals("run"))
			.toList();
	}

	/**
	 * Return whether there is an annotation anywhere: each of them may have been written
	 * in the belief that it applies.
	 */
	private static boolean isGuarded(Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.flatMap((each) -> Stream.concat(Stream.of(each), Arrays.stream(each.getDeclaredMethods())))
			.anyMatch((element) -> element.isAnnotationPresent(RequiresAirlockApproval.class));
	}

	private void verify(Object bean, Method method, String source) {
		this.calls++;
		call(bean, method, "small");
		assertThat(Collections.frequency(ran, "big")).as("%s%n%s".formatted(method, source)).isZero();
		assertThat(this.asked).as("%s%n%s".formatted(method, source)).isZero();
		call(bean, method, "big");
		assertThat(ran).as("%s%n%s".formatted(method, source)).isNotEmpty().containsOnly("big");
		assertThat(this.asked).as("%s%n%s".formatted(method, source)).isOne();
	}

	private void call(Object bean, Method method, String name) {
		ran.clear();
		this.asked = 0;
		ReflectionUtils.makeAccessible(method);
		try {
			method.invoke(bean, name);
		}
		catch (InvocationTargetException ex) {
			assertThat(ex.getTargetException()).isInstanceOf(InvalidApprovalUsageException.class);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the source code of two interfaces and of a class that implements one or
	 * both, with up to two superclasses. The type parameter is given up at one of them.
	 */
	private String hierarchy(String name) {
		boolean generic = this.random.nextBoolean();
		String parameter = generic ? "<T>" : "";
		StringBuilder source = new StringBuilder(
				"package random;\nimport io.airlockapp.gateway.approval.*;\npublic class %s {\n".formatted(name));
		source
			.append("%spublic interface One%s {\n%s}\n".formatted(annotation(6), parameter, interfaceMethod(generic)));
		boolean extending = this.random.nextBoolean();
		source.append("%spublic interface Two%s%s {\n%s}\n".formatted(annotation(6), parameter,
				extending ? " extends One" + parameter : "", interfaceMethod(generic)));
		int depth = 1 + this.random.nextInt(3);
		int one = this.random.nextInt(depth);
		int two = this.random.nextInt(depth + 1);
		String superclass = "";
		boolean genericClass = true;
		for (int level = 0; level < depth; level++) {
			boolean last = level == depth - 1;
			boolean ofGeneric = genericClass;
			genericClass = !last && genericClass && this.random.nextInt(3) > 0;
			String argument = genericClass ? "<T>" : "<String>";
			String interfaces = ((level == one) ? ", One" + (generic ? argument : "") : "")
					+ ((level == two) ? ", Two" + (generic ? argument : "") : "");
			source.append("%s%s static %sclass %s%s%s%s {\n%s}\n".formatted(annotation(6),
					(last || this.random.nextBoolean()) ? "public" : "", last ? "" : "abstract ",
					last ? "Last" : "Level" + level, genericClass ? "<T>" : "",
					superclass.isEmpty() ? "" : " extends " + superclass + (ofGeneric ? argument : ""),
					interfaces.isEmpty() ? "" : " implements " + interfaces.substring(2),
					method(genericClass, last, level > 0)));
			superclass = "Level" + level;
		}
		return source.append("}\n").toString();
	}

	private String annotation(int oneOf) {
		return (this.random.nextInt(oneOf) == 0) ? ANNOTATION : "";
	}

	private String interfaceMethod(boolean generic) {
		String parameter = generic ? "T" : "String";
		return switch (this.random.nextInt(4)) {
			case 0 -> "";
			case 1 ->
				annotation(3) + "default Object run(%s name) {\n%s}\n".formatted(parameter, body(parameter, false));
			default -> annotation(3) + "Object run(%s name);\n".formatted(parameter);
		};
	}

	private String method(boolean generic, boolean last, boolean extending) {
		String parameter = (generic && this.random.nextBoolean()) ? "T" : "String";
		String result = this.random.nextBoolean() ? "Object" : "String";
		String modifier = List.of("public", "public", "public", "public", "protected", "").get(this.random.nextInt(6));
		return switch (this.random.nextInt(3)) {
			case 0 ->
				last ? "" : annotation(3) + "%s abstract %s run(%s name);\n".formatted(modifier, result, parameter);
			case 1 -> "";
			default -> annotation(2)
					+ "%s %s run(%s name) {\n%s}\n".formatted(modifier, result, parameter, body(parameter, extending));
		};
	}

	private String body(String parameter, boolean extending) {
		return """
				%2$s.ran.add((String) (Object) name);
				if (name.equals("small")) {
				java.util.List.of((%1$s) (Object) "big").forEach((next) -> run(next));
				}
				%3$sreturn null;
				""".formatted(parameter, LockedHierarchiesTests.class.getName(),
				(extending && this.random.nextInt(3) == 0) ? "super.run(name);\n" : "");
	}

}
