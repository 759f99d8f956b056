/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.verification;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
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
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the lock of random class hierarchies, with generic, abstract and covariant
 * declarations of a guarded method, and so with bridges of all kinds. The method requires
 * an approval only for {@code big}; with {@code small}, it calls itself for {@code big}
 * by a lambda expression.
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
	void eachCallThatRequiresAnApprovalAsksForIt() {
		Map<String, String> sources = new LinkedHashMap<>();
		for (int i = 0; i < Integer.getInteger("test.hierarchies", 60); i++) {
			sources.put("random.Classes" + i, hierarchy("Classes" + i));
		}
		CompiledClasses classes = CompiledClasses.of(sources);
		int started = 0;
		for (Map.Entry<String, String> source : sources.entrySet()) {
			Class<?> type = classes.find(source.getKey() + "$Last");
			if (type != null) {
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
						.as(source)
						.rootCause()
						.isInstanceOf(UnguardableMethodException.class);
					return;
				}
				started.add(true);
				Object bean = context.getBean("operation");
				for (Method method : methods(bean, type, classBased)) {
					verify(bean, method, source);
				}
			});
		return started.size();
	}

	private static List<Method> methods(Object bean, Class<?> type, boolean classBased) {
		Stream<Class<?>> types = Stream.concat(Stream.of(bean.getClass().getInterfaces()),
				classBased ? Stream.of(type) : Stream.empty());
		return types.flatMap((declaring) -> Arrays.stream(declaring.getMethods()))
			.filter((method) -> method.getName().equals("run"))
			.toList();
	}

	private void verify(Object bean, Method method, String source) {
		this.calls++;
		call(bean, method, "small");
		assertThat(Collections.frequency(ran, "big")).as("%s%n%s".formatted(method, source)).isZero();
		assertThat(this.asked).as("%s%n%s".formatted(method, source)).isZero();
		call(bean, method, "big");
		assertThat(ran).as("%s%n%s".formatted(method, source)).containsExactly("big");
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
	 * Return the source code of an interface and of a class that implements it, with up
	 * to two superclasses. The type parameter is given up at one of them.
	 */
	private String hierarchy(String name) {
		StringBuilder source = new StringBuilder(
				"package random;\nimport io.airlockapp.gateway.approval.*;\n" + "public class %s {\n".formatted(name));
		boolean genericInterface = this.random.nextBoolean();
		source.append("public interface Operation%s { Object run(%s name); }\n".formatted(genericInterface ? "<T>" : "",
				genericInterface ? "T" : "String"));
		int depth = 1 + this.random.nextInt(3);
		int implementing = this.random.nextInt(depth);
		String superclass = "";
		boolean generic = true;
		for (int level = 0; level < depth; level++) {
			boolean last = level == depth - 1;
			boolean ofGeneric = generic;
			generic = !last && generic && this.random.nextInt(3) > 0;
			String argument = generic ? "<T>" : "<String>";
			source.append(
					"%s static %sclass %s%s%s%s {\n%s}\n".formatted((last || this.random.nextBoolean()) ? "public" : "",
							last ? "" : "abstract ", last ? "Last" : "Level" + level, generic ? "<T>" : "",
							superclass.isEmpty() ? ""
									: " extends " + superclass + ((level > 0 && ofGeneric) ? argument : ""),
							(level == implementing) ? " implements Operation" + (genericInterface ? argument : "") : "",
							method(generic, last)));
			superclass = "Level" + level;
		}
		return source.append("}\n").toString();
	}

	private String method(boolean generic, boolean last) {
		String parameter = (generic && this.random.nextBoolean()) ? "T" : "String";
		String result = this.random.nextBoolean() ? "Object" : "String";
		return switch (this.random.nextInt(3)) {
			case 0 -> last ? "" : "public abstract %s run(%s name);\n".formatted(result, parameter);
			case 1 -> "";
			default -> ANNOTATION + """
					public %1$s run(%2$s name) {
					%3$s.ran.add((String) (Object) name);
					if (name.equals("small")) {
					java.util.List.of((%2$s) (Object) "big").forEach((next) -> run(next));
					}
					return null;
					}
					""".formatted(result, parameter, LockedHierarchiesTests.class.getName());
		};
	}

}
